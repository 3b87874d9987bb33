using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace K12Sync.Api.Passes;

/// <summary>
/// Answers on their way to a client that may not read them before it has sent everything: they pass through a temporary file, so neither side waits for the other and memory stays what it
/// is, however many there are. The file goes away with the object, and with the process.
/// </summary>
internal sealed class AnswerSpool : IAsyncDisposable
{
    private const int PieceBytes = 64 << 10;

    private readonly SafeFileHandle _file = File.OpenHandle(Path.Combine(Path.GetTempPath(), $"k12sync-{Guid.NewGuid():N}.answers"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
    private readonly Channel<bool> _more = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _sending;
    private long _written;

    /// <summary>Begins to send.</summary>
    public AnswerSpool(Stream to, CancellationToken cancellation) => _sending = Task.Run(() => SendAsync(to, cancellation), CancellationToken.None);

    /// <summary>Adds to what is to be sent, and returns before it is.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> answers, CancellationToken cancellation)
    {
        await RandomAccess.WriteAsync(_file, answers, _written, cancellation);
        Volatile.Write(ref _written, _written + answers.Length);
        _more.Writer.TryWrite(true);
    }

    /// <summary>Ends when everything was sent.</summary>
    public Task EndAsync()
    {
        _more.Writer.TryComplete();
        return _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _file.Dispose();
    }

    private async Task SendAsync(Stream to, CancellationToken cancellation)
    {
        var (piece, sent) = (new byte[PieceBytes], 0L);
        while (true)
        {
            var goesOn = await _more.Reader.WaitToReadAsync(cancellation) && _more.Reader.TryRead(out _);
            while (sent < Volatile.Read(ref _written))
            {
                var read = await RandomAccess.ReadAsync(_file, piece.AsMemory(0, (int)Math.Min(PieceBytes, Volatile.Read(ref _written) - sent)), sent, cancellation);
                await to.WriteAsync(piece.AsMemory(0, read), cancellation);
                sent += read;
            }
            await to.FlushAsync(cancellation);
            if (!goesOn)
                return;
        }
    }
}
