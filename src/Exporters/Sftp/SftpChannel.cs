using System.Threading.Channels;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// Requests out, replies in, matched by id. One thread writes and one reads, always: were nobody reading, the far side would stop reading
/// too once the pipes are full, and both would wait for ever.
/// </summary>
/// <remarks>
/// The queue has no bound of its own: callers bound it, by <see cref="SftpOptions.Window"/> for data and by
/// <see cref="SftpOptions.CallsAtOnce"/> for everything else, so that posting never waits and requests leave in the order they are made.
/// A request whose caller has gone stays in the books until its reply has come.
/// </remarks>
internal sealed class SftpChannel : IAsyncDisposable
{
    private const int LongestPacket = 512 * 1024;
    private const int Batch = 128 * 1024;
    private const int MostOpenRequests = 100_000;

    private readonly ISftpTransport _transport;
    private readonly SftpOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<OutgoingPacket> _queue = Channel.CreateUnbounded<OutgoingPacket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, OpenRequest> _open = [];
    private readonly TaskCompletionSource<byte[]> _version = Completion<byte[]>();
    private readonly TaskCompletionSource _read = Completion();
    private readonly TaskCompletionSource _written = Completion();
    private readonly ITimer _watchdog;
    private uint _lastId;
    private long _lastSign;
    private Trouble? _end;
    private bool _closing;

    public SftpChannel(ISftpTransport transport, SftpOptions options, TimeProvider time)
    {
        (_transport, _options, _time) = (transport, options, time);
        var period = TimeSpan.FromTicks(Math.Clamp(options.Silence.Ticks / 4, TimeSpan.TicksPerMillisecond * 20, TimeSpan.TicksPerSecond));
        _watchdog = time.CreateTimer(_ => Watch(), null, period, period);
        new Thread(Write) { IsBackground = true, Name = "SFTP writer" }.Start();
        new Thread(Read) { IsBackground = true, Name = "SFTP reader" }.Start();
    }

    /// <summary>False once the session has ended, for whatever reason.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_gate)
                return _end is null && !_closing;
        }
    }

    /// <summary>Says hello. The body of the server's VERSION packet; its "id" is the version.</summary>
    public Task<byte[]> GreetAsync()
    {
        var hello = new OutgoingPacket(PacketType.Initialize);
        hello.Finish(id: 3);
        if (!_queue.Writer.TryWrite(hello))
            hello.Release();
        return _version.Task;
    }

    /// <summary>Sends a request now; it leaves after all that were posted before it. The task ends with its reply or with the session.</summary>
    public Task<Reply> Post(OutgoingPacket packet)
    {
        var request = new OpenRequest(_time.GetTimestamp());
        lock (_gate)
        {
            if (_end is not null || _closing || _open.Count >= MostOpenRequests)
            {
                packet.Release();
                return Task.FromException<Reply>(new SftpException(_end ?? new Trouble(TroubleKind.Interrupted, "The session is closed.")));
            }
            var id = ++_lastId;
            if (_open.Count == 0)
                _lastSign = request.Since;
            _open.Add(id, request);
            packet.Finish(id);
            // Under the lock, so that ids leave in order and none is queued after the end.
            _queue.Writer.TryWrite(packet);
        }
        return request.Reply.Task;
    }

    /// <summary>Ends the session for a reason of ours.</summary>
    public void Abort(Trouble reason)
    {
        End(reason);
        _transport.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _closing = true;
        await _watchdog.DisposeAsync();
        _queue.Writer.TryComplete();
        try
        {
            await Task.WhenAll(_read.Task, _written.Task).WaitAsync(_options.Close, _time);
        }
        catch (TimeoutException)
        {
            _transport.Kill();
            // Both streams have ended, so the threads do at once; were they not to, nobody should wait for them.
            await Task.WhenAny(Task.WhenAll(_read.Task, _written.Task), Task.Delay(_options.Close, _time));
        }
        await _transport.DisposeAsync();
    }

    private void Write()
    {
        var batch = new byte[Batch];
        try
        {
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                WriteQueued(batch);
            _transport.ToServer.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The far side is gone. The reader sees that too, and can say why.
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var unsent))
                unsent.Release();
            _written.SetResult();
        }
    }

    /// <summary>Small packets go out together: a system call for each would cost more than the packets.</summary>
    private void WriteQueued(byte[] batch)
    {
        var length = 0;
        while (_queue.Reader.TryRead(out var packet))
        {
            if (length + packet.Bytes.Length > batch.Length)
            {
                _transport.ToServer.Write(batch, 0, length);
                length = 0;
            }
            if (packet.Bytes.Length > batch.Length)
                _transport.ToServer.Write(packet.Bytes);
            else
            {
                packet.Bytes.CopyTo(batch.AsSpan(length));
                length += packet.Bytes.Length;
            }
            packet.Release();
        }
        _transport.ToServer.Write(batch, 0, length);
        _transport.ToServer.Flush();
    }

    private void Read()
    {
        Trouble? trouble = null;
        try
        {
            var incoming = new IncomingPackets(_transport.FromServer, LongestPacket);
            while (incoming.Next(isFirst: !_version.Task.IsCompleted) is { } packet)
                Take(packet);
        }
        catch (SftpException e)
        {
            trouble = e.Trouble;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Ends as an end of file does.
        }
        var wasUp = _version.Task.IsCompletedSuccessfully;
        if (trouble is null && IsAlive)
            trouble = _transport.ExplainEndAsync(wasUp).AsTask().GetAwaiter().GetResult();
        Abort(trouble ?? new Trouble(TroubleKind.Interrupted, "The session is closed."));
        _read.SetResult();
    }

    private void Take(IncomingPacket packet)
    {
        if (packet.Type == PacketType.Version)
        {
            if (packet.Id < 3 || !_version.TrySetResult(packet.Body))
                throw SftpException.Of(TroubleKind.Unsupported, $"The server speaks SFTP version {packet.Id}; version 3 is needed.");
            return;
        }
        OpenRequest? request;
        lock (_gate)
        {
            if (!_open.Remove(packet.Id, out request))
                throw SftpException.Of(TroubleKind.Interrupted, "The server answered a request that was never made. Its SFTP program is at fault.");
            _lastSign = _time.GetTimestamp();
        }
        request.Reply.TrySetResult(new Reply(packet.Type, packet.Body));
    }

    private void Watch()
    {
        lock (_gate)
        {
            if (_open.Count == 0 || _end is not null)
                return;
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_lastSign, now) < _options.Silence
                && _time.GetElapsedTime(_open.Values.Min(r => r.Since), now) < _options.Request)
                return;
        }
        Abort(new Trouble(TroubleKind.Interrupted,
            $"The server has not answered for {_options.Silence.TotalSeconds:0.#} s although requests were waiting, so the session was ended. Its disk may hang."));
    }

    /// <summary>The first reason is the reason.</summary>
    private void End(Trouble reason)
    {
        OpenRequest[] left;
        lock (_gate)
        {
            _end ??= reason;
            reason = _end;
            left = [.. _open.Values];
            _open.Clear();
        }
        _queue.Writer.TryComplete();
        foreach (var request in left)
            Fail(request.Reply, reason);
        Fail(_version, reason);
    }

    private static void Fail<T>(TaskCompletionSource<T> completion, Trouble reason)
    {
        // Looked at here, so that one whose caller has gone is not reported as forgotten.
        if (completion.TrySetException(new SftpException(reason)))
            _ = completion.Task.Exception;
    }

    private static TaskCompletionSource<T> Completion<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Completion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record OpenRequest(long Since)
    {
        public TaskCompletionSource<Reply> Reply { get; } = Completion<Reply>();
    }
}
