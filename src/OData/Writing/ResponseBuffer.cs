using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace K12Sync.OData.Writing;

/// <summary>
/// Collects an answer and hands it over in pieces of about 32 KB. As long as nothing was handed over, an error can still become a proper answer;
/// afterwards the connection is broken off, so that half an answer never looks whole.
/// </summary>
internal sealed class ResponseBuffer(HttpResponse response) : IBufferWriter<byte>
{
    private const int Piece = 32 * 1024;
    private readonly PooledBytes _buffer = new(4096);

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public ValueTask SendIfLargeAsync(long pending, CancellationToken stopped) =>
        _buffer.Count + pending < Piece ? ValueTask.CompletedTask : SendAsync(stopped);

    public async ValueTask SendAsync(CancellationToken stopped)
    {
        if (_buffer.Count == 0)
            return;
        await response.BodyWriter.WriteAsync(_buffer.WrittenMemory, stopped).ConfigureAwait(false);
        _buffer.Clear();
    }

    /// <summary>Ends the answer; one that was never sent in pieces gets its length as a header.</summary>
    public async ValueTask EndAsync(CancellationToken stopped)
    {
        if (!response.HasStarted)
            response.ContentLength = _buffer.Count;
        await SendAsync(stopped).ConfigureAwait(false);
        _buffer.GiveBack();
    }
}
