using System.Security.Cryptography;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>One file on its way to the server, under a temporary name.</summary>
internal sealed class SftpUpload(SftpSession session, string directory, string path, ReadOnlyMemory<byte> content)
{
    /// <summary>Null when all bytes are there; else what stands in the way.</summary>
    public async Task<Trouble?> RunAsync(bool readBack, CancellationToken cancellation)
    {
        var opened = await OpenAsync(cancellation);
        if (opened.Value is not { } handle)
            return await ExplainAsync("making a file", opened.Status).WaitAsync(cancellation);
        var writes = new List<Task<Status>>((content.Length / session.Offers.Chunk) + 1);
        Status status;
        Task<Status>? fsync = null, close = null;
        try
        {
            status = await WriteAsync(handle, writes, cancellation);
            if (session.Offers.Fsync && status.IsOk)
                fsync = session.FsyncAsync(handle);
        }
        finally
        {
            // Also when cancelled: servers have few handles.
            close = session.CloseAsync(handle);
        }
        var stat = session.StatAsync(path);
        status = await FirstFaultAsync([.. writes, .. fsync is null ? Array.Empty<Task<Status>>() : [DurableAsync(fsync)], close]).WaitAsync(cancellation);
        if (!status.IsOk)
            return await GiveUpAsync(status).WaitAsync(cancellation);
        var file = await stat.WaitAsync(cancellation);
        if (file.Value?.Size != (ulong)content.Length)
            // Asked for before the file was closed, as far as a server that works on several requests at once is concerned.
            file = await session.StatAsync(path).WaitAsync(cancellation);
        if (file.Value is not { } there)
            return await ExplainAsync("looking at the new file", file.Status).WaitAsync(cancellation);
        if (there.Size is { } size && size != (ulong)content.Length)
            return new Trouble(TroubleKind.WrongContent, $"{content.Length} bytes were written and the server confirmed them, but the file has {size}.");
        return readBack || there.Size is null ? await ReadBackAsync(cancellation) : null;
    }

    /// <summary>Made anew, never opened as it is: what has the name is ours of an attempt that was cut off, or could be a link to something else.</summary>
    private async Task<Answer<byte[]>> OpenAsync(CancellationToken cancellation)
    {
        var opened = await session.OpenAsync(path, OpenFor.Write | OpenFor.Create | OpenFor.Exclusive, cancellation);
        if (opened.Status.Code is StatusCode.Unsupported or StatusCode.BadMessage)
            return await session.OpenAsync(path, OpenFor.Write | OpenFor.Create | OpenFor.Truncate, cancellation);
        if (opened.Status.Code != StatusCode.Failure)
            return opened;
        return (await session.RemoveAsync(path).WaitAsync(cancellation)).Code switch
        {
            StatusCode.Ok => await session.OpenAsync(path, OpenFor.Write | OpenFor.Create | OpenFor.Exclusive, cancellation),
            // Then it was not the name that failed. Perhaps the server does not know how to insist on a new file.
            StatusCode.NoSuchFile => await session.OpenAsync(path, OpenFor.Write | OpenFor.Create | OpenFor.Truncate, cancellation),
            _ => opened,
        };
    }

    /// <summary>Posts all chunks as the window allows. The first fault that is seen on the way ends it.</summary>
    private async Task<Status> WriteAsync(byte[] handle, List<Task<Status>> writes, CancellationToken cancellation)
    {
        var settled = 0;
        for (var offset = 0; offset < content.Length; offset += session.Offers.Chunk)
        {
            for (; settled < writes.Count && writes[settled].IsCompleted; settled++)
                if (await writes[settled] is { IsOk: false } fault)
                    return fault;
            var chunk = content.Slice(offset, Math.Min(session.Offers.Chunk, content.Length - offset));
            await session.ReserveAsync(chunk.Length, cancellation);
            writes.Add(session.WriteReservedAsync(handle, offset, chunk));
        }
        return default;
    }

    /// <summary>A server that offers fsync and then cannot, on this file system, is no worse than one that does not offer it.</summary>
    private static async Task<Status> DurableAsync(Task<Status> fsync) =>
        await fsync is { Code: not StatusCode.Unsupported } status ? status : default;

    private static async Task<Status> FirstFaultAsync(IEnumerable<Task<Status>> replies)
    {
        // All are awaited: a fault is explained only when nothing of this file is under way any more.
        var statuses = await Task.WhenAll(replies);
        return Array.Find(statuses, s => !s.IsOk);
    }

    /// <summary>What is left of a file that did not fit would keep the disk full.</summary>
    private async Task<Trouble> GiveUpAsync(Status status)
    {
        var trouble = await ExplainAsync("writing a file", status);
        await session.RemoveAsync(path);
        return trouble;
    }

    private async Task<Trouble?> ReadBackAsync(CancellationToken cancellation)
    {
        var read = await RemoteHash.OfAsync(session, path, (ulong)content.Length, cancellation);
        if (read.Value is not { } sighting)
            return await ExplainAsync("reading a file back", read.Status).WaitAsync(cancellation);
        return sighting.Sha256 == Convert.ToHexString(SHA256.HashData(content.Span))
            ? null
            : new Trouble(TroubleKind.WrongContent, $"{content.Length} bytes were written, but what was read back is something else ({sighting.Length} bytes).");
    }

    private Task<Trouble> ExplainAsync(string doing, Status status) => Explanations.ExplainAsync(session, directory, doing, status, content.Length);
}
