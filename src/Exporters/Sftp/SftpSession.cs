using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>
/// A session with a server that speaks SFTP: the requests that a destination needs, one method each. Every method posts its request
/// before it returns, so requests made one after the other arrive in that order without waiting for replies.
/// </summary>
/// <remarks>Methods end with <see cref="SftpException"/> when the session ends first.</remarks>
internal sealed class SftpSession : IAsyncDisposable
{
    private readonly SftpChannel _channel;
    private readonly SemaphoreSlim _window;
    private readonly SemaphoreSlim _reserving = new(1, 1);

    private SftpSession(SftpChannel channel, Offers offers, SftpOptions options)
    {
        (_channel, Offers) = (channel, offers);
        _window = new SemaphoreSlim(Units(Math.Max(options.Window, offers.Chunk)));
    }

    public Offers Offers { get; }

    public bool IsAlive => _channel.IsAlive;

    /// <summary>Waits until the server speaks SFTP.</summary>
    /// <exception cref="SftpException">It does not, or not in time.</exception>
    public static async Task<SftpSession> StartAsync(ISftpTransport transport, SftpOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var channel = new SftpChannel(transport, options, time);
        try
        {
            var offers = Offers.Of(await channel.GreetAsync().WaitAsync(cancellation));
            transport.SettleIn();
            if (offers.Limits)
                offers = await AskLimitsAsync(channel, offers).WaitAsync(cancellation);
            return new SftpSession(channel, offers, options);
        }
        catch
        {
            transport.Kill();
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the session for a reason of ours; calls that wait for it fail with that reason.</summary>
    public void Abort(Trouble reason) => _channel.Abort(reason);

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <summary>Opens a file. Where the caller gives up before the reply, the handle is closed when it comes: servers have few.</summary>
    public async Task<Answer<byte[]>> OpenAsync(string path, OpenFor how, CancellationToken cancellation)
    {
        var opening = OpenAsync(path, how);
        try
        {
            return await opening.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            _ = CloseLaterAsync(opening);
            throw;
        }
    }

    private async Task CloseLaterAsync(Task<Answer<byte[]>> opening)
    {
        try
        {
            if ((await opening).Value is { } handle)
                await CloseAsync(handle);
        }
        catch (SftpException)
        {
            // With the session its handles went.
        }
    }

    private async Task<Answer<byte[]>> OpenAsync(string path, OpenFor how)
    {
        var reply = await _channel.Post(new OutgoingPacket(PacketType.Open).Text(path).Number((uint)how).Number(0));
        return reply.Type == PacketType.Handle ? new(reply.Read().Data().ToArray(), default) : new(null, NotOk(reply));
    }

    public async Task<Status> CloseAsync(byte[] handle) =>
        StatusOf(await _channel.Post(new OutgoingPacket(PacketType.Close).Data(handle)));

    /// <summary>Waits for room in the window, which all files share. One at a time: two that each had half of what they need would wait for ever.</summary>
    public async Task ReserveAsync(int bytes, CancellationToken cancellation)
    {
        await _reserving.WaitAsync(cancellation);
        var taken = 0;
        try
        {
            for (; taken < Units(bytes); taken++)
                await _window.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (taken > 0)
        {
            _window.Release(taken);
            throw;
        }
        finally
        {
            _reserving.Release();
        }
    }

    private static int Units(int bytes) => (bytes + Offers.UsualChunk - 1) / Offers.UsualChunk;

    /// <summary>Writes up to a chunk. Takes the room that <see cref="ReserveAsync"/> waited for, and gives it back when the reply is here.</summary>
    public async Task<Status> WriteReservedAsync(byte[] handle, long offset, ReadOnlyMemory<byte> data)
    {
        try
        {
            return StatusOf(await _channel.Post(
                new OutgoingPacket(PacketType.Write, handle.Length + data.Length + 16).Data(handle).Long((ulong)offset).Data(data.Span)));
        }
        finally
        {
            _window.Release(Units(data.Length));
        }
    }

    public async Task<Answer<byte[]>> ReadAsync(byte[] handle, long offset, int count)
    {
        var reply = await _channel.Post(new OutgoingPacket(PacketType.Read).Data(handle).Long((ulong)offset).Number((uint)count));
        if (reply.Type != PacketType.Data)
            return new(null, NotOk(reply));
        var data = reply.Read().Data();
        return data.Length is > 0 && data.Length <= count ? new(data.ToArray(), default) : throw Nonsense();
    }

    public async Task<Status> FsyncAsync(byte[] handle) =>
        StatusOf(await _channel.Post(new OutgoingPacket(PacketType.Extended).Text(Extension.Fsync).Data(handle)));

    /// <param name="path">What is asked about.</param>
    /// <param name="followLinks">False: of the link itself.</param>
    public async Task<Answer<RemoteFile>> StatAsync(string path, bool followLinks = true)
    {
        var reply = await _channel.Post(new OutgoingPacket(followLinks ? PacketType.Stat : PacketType.LinkStat).Text(path));
        if (reply.Type != PacketType.Attributes)
            return new(null, NotOk(reply));
        var read = reply.Read();
        var flags = read.Number();
        ulong? size = (flags & 1) != 0 ? read.Long() : null;
        if ((flags & 2) != 0)
            read.Long();
        return new(new RemoteFile(size, (flags & 4) != 0 ? read.Number() : null), default);
    }

    public async Task<Status> RemoveAsync(string path) =>
        StatusOf(await _channel.Post(new OutgoingPacket(PacketType.Remove).Text(path)));

    /// <summary>Version 3 says that a file which has the new name is left alone. Not every server keeps to that.</summary>
    public async Task<Status> RenameAsync(string from, string to) =>
        StatusOf(await _channel.Post(new OutgoingPacket(PacketType.Rename).Text(from).Text(to)));

    /// <summary>Replaces a file which has the new name.</summary>
    public async Task<Status> PosixRenameAsync(string from, string to) =>
        StatusOf(await _channel.Post(new OutgoingPacket(PacketType.Extended).Text(Extension.PosixRename).Text(from).Text(to)));

    /// <summary>The path as the server sees it from its root.</summary>
    public async Task<Answer<string>> RealPathAsync(string path)
    {
        var reply = await _channel.Post(new OutgoingPacket(PacketType.RealPath).Text(path));
        if (reply.Type != PacketType.Name)
            return new(null, NotOk(reply));
        var read = reply.Read();
        return read.Number() >= 1 ? new(read.Text(), default) : throw Nonsense();
    }

    public async Task<Answer<RemoteSpace>> SpaceAsync(string path)
    {
        const ulong ReadOnly = 1;
        var reply = await _channel.Post(new OutgoingPacket(PacketType.Extended).Text(Extension.FileSystemStat).Text(path));
        if (reply.Type != PacketType.ExtendedReply)
            return new(null, NotOk(reply));
        var read = reply.Read();
        Span<ulong> numbers = stackalloc ulong[11];
        foreach (ref var number in numbers)
            number = read.Long();
        // bsize, frsize, blocks, bfree, bavail, files, ffree, favail, fsid, flag, namemax. A file system that does not count names says 0 files.
        return new(new RemoteSpace(numbers[1] * numbers[4], numbers[5] == 0 || numbers[7] > 0, (numbers[9] & ReadOnly) != 0), default);
    }

    private static async Task<Offers> AskLimitsAsync(SftpChannel channel, Offers offers)
    {
        var reply = await channel.Post(new OutgoingPacket(PacketType.Extended).Text(Extension.Limits));
        if (reply.Type != PacketType.ExtendedReply)
            return offers;
        var read = reply.Read();
        read.Long();
        return offers.Within(longestRead: read.Long(), longestWrite: read.Long());
    }

    private static Status StatusOf(Reply reply)
    {
        if (reply.Type != PacketType.Status)
            throw Nonsense();
        var read = reply.Read();
        var code = (StatusCode)read.Number();
        // Old servers leave the words out.
        return new Status(code, code == StatusCode.Ok || read.AtEnd ? "" : ForeignText.OneLine(read.Text()));
    }

    private static Status NotOk(Reply reply) => StatusOf(reply) is { IsOk: false } status ? status : throw Nonsense();

    private static SftpException Nonsense() =>
        SftpException.Of(TroubleKind.Interrupted, "The server answered a request with something that is no answer to it. Its SFTP program is at fault.");
}
