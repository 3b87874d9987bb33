using System.Buffers;

namespace K12Sync.OData.FastPath;

/// <summary>Where an answer goes: the request it belongs to, the bytes, what to do when there are many of them, the ETag of a single row.</summary>
internal sealed record Destination(Shape Request, string Root, string Path, IBufferWriter<byte> Output, Func<ValueTask> Sent, Action<string> ETag);
