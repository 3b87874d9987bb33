using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Sftp;

namespace K12Sync.Exporters.Tests.Sftp;

/// <summary>What the server does instead of answering as it should.</summary>
internal enum Fault
{
    /// <summary>Reads on, and never answers anything again.</summary>
    FallSilent,

    /// <summary>Does not even read any more.</summary>
    StopReading,
    HangUp,
    DoItAndHangUp,
    HugePacket,
    TinyPacket,
    WrongId,
    WrongType,

    /// <summary>Half a reply, then the end.</summary>
    CutOff,
    Deny,
    Fail,

    /// <summary>Waits for <see cref="FakeSftpServer.Late"/> and then answers as it should.</summary>
    AnswerLate,
}

/// <summary>A request as the server got it.</summary>
/// <param name="Number">From 1, over all sessions; the greeting is none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Word">The path, or the name of the extension, or nothing.</param>
internal readonly record struct FakeRequest(int Number, PacketType Type, string Word);

/// <summary>SFTP version 3 in memory, with whatever faults a test wants. Each session has a thread and a socket, as far as the client can tell a real one.</summary>
internal sealed class FakeSftpServer : ISftpDialer
{
    private readonly ConcurrentDictionary<string, string> _handles = new(StringComparer.Ordinal);
    private int _requests;
    private int _lastHandle;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public List<(string Name, string Version)> Extensions { get; } =
        [("posix-rename@openssh.com", "1"), ("fsync@openssh.com", "1"), ("statvfs@openssh.com", "2"), ("limits@openssh.com", "1")];

    public Func<FakeRequest, Fault?> Script { get; set; } = _ => null;

    public int Version { get; set; } = 3;

    /// <summary>Bytes it says before anything else.</summary>
    public string Chatter { get; set; } = "";

    public bool Dribbles { get; set; }

    /// <summary>Bytes at the end of a file that it confirms and does not keep.</summary>
    public int Loses { get; set; }

    /// <summary>Confirms every byte and keeps other ones.</summary>
    public bool Garbles { get; set; }

    public bool RenameReplaces { get; set; }

    public ulong LongestWrite { get; set; } = 261_120;

    public ulong FreeBytes { get; set; } = 1 << 30;

    public ulong FreeNames { get; set; } = 1000;

    public bool IsReadOnly { get; set; }

    public TaskCompletionSource Late { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Sessions { get; private set; }

    public ConcurrentQueue<FakeRequest> Seen { get; } = [];

    public int LongestSeen { get; private set; }

    public int OpenHandles => _handles.Count;

    public SftpDestination Open(SftpOptions? options = null, bool readBack = false) => new(
        new SftpDestinationDefinition("fake", 22, "user", "in", [], ReadBack: readBack), "sis", options ?? SftpStage.Impatient, TimeProvider.System, this);

    public bool HasAnotherWay() => false;

    public async ValueTask<ISftpTransport> DialAsync(CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellation);
        var server = await listener.AcceptSocketAsync(cancellation);
        Sessions++;
        new Thread(() => Serve(server)) { IsBackground = true }.Start();
        return new Line(client);
    }

    private void Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        var mine = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            stream.Write(Encoding.ASCII.GetBytes(Chatter));
            while (Next(stream) is { } packet && Answer(stream, packet, mine))
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client has gone.
        }
        foreach (var handle in mine)
            _handles.TryRemove(handle, out _);
    }

    private byte[]? Next(NetworkStream stream)
    {
        var head = new byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4)
            return null;
        var packet = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        LongestSeen = Math.Max(LongestSeen, packet.Length);
        stream.ReadExactly(packet);
        return packet;
    }

    /// <summary>False when the session is over.</summary>
    private bool Answer(NetworkStream stream, byte[] packet, HashSet<string> mine)
    {
        var type = (PacketType)packet[0];
        if (type == PacketType.Initialize)
        {
            Say(stream, Build(PacketType.Version, (uint)Version, p => Extensions.ForEach(e => p.Text(e.Name).Text(e.Version))));
            return true;
        }
        var id = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(1));
        var word = type is PacketType.Write or PacketType.Read or PacketType.Close ? "" : new ReplyReader(packet.AsSpan(5)).Text();
        var request = new FakeRequest(Interlocked.Increment(ref _requests), type, word);
        Seen.Enqueue(request);
        switch (Script(request))
        {
            case null:
                Say(stream, Do(type, id, packet[5..], mine));
                return true;
            case Fault.AnswerLate:
                Late.Task.Wait();
                Say(stream, Do(type, id, packet[5..], mine));
                return true;
            case Fault.FallSilent:
                while (Next(stream) is { } unanswered)
                    Seen.Enqueue(new FakeRequest(0, (PacketType)unanswered[0], ""));
                return false;
            case Fault.StopReading:
                Late.Task.Wait();
                return false;
            case Fault.DoItAndHangUp:
                Do(type, id, packet[5..], mine);
                return false;
            case Fault.HugePacket:
                Say(stream, [0x7f, 0xff, 0xff, 0xff, (byte)PacketType.Status, 0, 0, 0, 1]);
                return true;
            case Fault.TinyPacket:
                Say(stream, [0, 0, 0, 1, (byte)PacketType.Status, 0, 0, 0, 1]);
                return true;
            case Fault.WrongId:
                Say(stream, Status(id + 1_000_000, StatusCode.Ok));
                return true;
            case Fault.WrongType:
                Say(stream, Build(PacketType.Name, id, p => p.Number(0)));
                return true;
            case Fault.CutOff:
                Say(stream, Status(id, StatusCode.Ok)[..7]);
                return false;
            case Fault.Deny:
                Say(stream, Status(id, StatusCode.PermissionDenied));
                return true;
            case Fault.Fail:
                Say(stream, Status(id, StatusCode.Failure));
                return true;
            default:
                return false;
        }
    }

    private byte[] Do(PacketType type, uint id, byte[] body, HashSet<string> mine)
    {
        var read = new ReplyReader(body);
        var first = read.Text();
        switch (type)
        {
            case PacketType.Open:
                var how = (OpenFor)read.Number();
                if (!first.StartsWith("in/", StringComparison.Ordinal) || (!how.HasFlag(OpenFor.Create) && !Files.ContainsKey(first)))
                    return Status(id, StatusCode.NoSuchFile);
                if (how.HasFlag(OpenFor.Create) && !Files.TryAdd(first, []) && how.HasFlag(OpenFor.Exclusive))
                    return Status(id, StatusCode.Failure);
                var handle = $"handle {Interlocked.Increment(ref _lastHandle)}";
                mine.Add(handle);
                _handles[handle] = first;
                return Build(PacketType.Handle, id, p => p.Text(handle));
            case PacketType.Close:
                mine.Remove(first);
                return Status(id, _handles.TryRemove(first, out _) ? StatusCode.Ok : StatusCode.Failure);
            case PacketType.Write:
                Write(_handles[first], (long)read.Long(), read.Data().ToArray());
                return Status(id, StatusCode.Ok);
            case PacketType.Read:
                var (offset, count) = ((int)read.Long(), (int)read.Number());
                var file = Files[_handles[first]];
                return offset >= file.Length
                    ? Status(id, StatusCode.EndOfFile)
                    : Build(PacketType.Data, id, p => p.Data(file.AsSpan(offset, Math.Min(Math.Min(count, 20_000), file.Length - offset))));
            case PacketType.Stat or PacketType.LinkStat:
                return first == "in" ? Build(PacketType.Attributes, id, p => p.Number(4).Number(0x41ED))
                    : Files.TryGetValue(first, out var there) ? Build(PacketType.Attributes, id, p => p.Number(5).Long((ulong)there.Length).Number(0x81A4))
                    : Status(id, StatusCode.NoSuchFile);
            case PacketType.Remove:
                return Status(id, Files.TryRemove(first, out _) ? StatusCode.Ok : StatusCode.NoSuchFile);
            case PacketType.RealPath:
                return Build(PacketType.Name, id, p => p.Number(1).Text("/" + first).Text("").Number(0));
            case PacketType.Rename:
                return Status(id, Rename(first, read.Text(), RenameReplaces));
            case PacketType.Extended when first.StartsWith("posix-rename", StringComparison.Ordinal):
                return Status(id, Rename(read.Text(), read.Text(), replaces: true));
            case PacketType.Extended when first.StartsWith("fsync", StringComparison.Ordinal):
                return Status(id, StatusCode.Ok);
            case PacketType.Extended when first.StartsWith("limits", StringComparison.Ordinal):
                return Build(PacketType.ExtendedReply, id, p => p.Long(262_144).Long(LongestWrite).Long(LongestWrite).Long(100));
            case PacketType.Extended when first.StartsWith("statvfs", StringComparison.Ordinal):
                return Build(PacketType.ExtendedReply, id, p => p.Long(4096).Long(1).Long(1 << 30).Long(FreeBytes).Long(FreeBytes).Long(1000)
                    .Long(FreeNames).Long(FreeNames).Long(0).Long(IsReadOnly ? 1UL : 0).Long(255));
            default:
                return Status(id, StatusCode.Unsupported);
        }
    }

    private void Write(string path, long offset, byte[] data)
    {
        if (Garbles)
            data[0]++;
        Files.AddOrUpdate(path, _ => [], (_, old) =>
        {
            Array.Resize(ref old, Math.Max(old.Length, (int)offset + data.Length));
            data.CopyTo(old, (int)offset);
            return old[..Math.Max(0, old.Length - Loses)];
        });
    }

    private StatusCode Rename(string from, string to, bool replaces)
    {
        if (!Files.TryGetValue(from, out var content))
            return StatusCode.NoSuchFile;
        if (!replaces && Files.ContainsKey(to))
            return StatusCode.Failure;
        Files[to] = content;
        Files.TryRemove(from, out _);
        return StatusCode.Ok;
    }

    private void Say(NetworkStream stream, byte[] packet)
    {
        for (var at = 0; Dribbles && at < packet.Length; at++)
            stream.Write(packet, at, 1);
        if (!Dribbles)
            stream.Write(packet);
    }

    private static byte[] Status(uint id, StatusCode code) => Build(PacketType.Status, id, p => p.Number((uint)code).Text(code.ToString()).Text(""));

    private static byte[] Build(PacketType type, uint id, Action<OutgoingPacket> fill)
    {
        var packet = new OutgoingPacket(type);
        fill(packet);
        var bytes = packet.Finish(id).ToArray();
        packet.Release();
        return bytes;
    }

    private sealed class Line(TcpClient client) : ISftpTransport
    {
        private readonly Socket _socket = client.Client;

        public Stream FromServer { get; } = client.GetStream();

        public Stream ToServer { get; } = new SendingHalf(client.Client);

        public void SettleIn()
        {
        }

        public void Kill()
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Ended before.
            }
        }

        public ValueTask<Trouble> ExplainEndAsync(bool wasUp) => new(new Trouble(TroubleKind.Interrupted, "The fake server hung up."));

        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The sending half of a socket: closing it leaves the other half open.</summary>
    private sealed class SendingHalf(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing && Socket.Connected)
                Socket.Shutdown(SocketShutdown.Send);
            base.Dispose(disposing);
        }
    }
}
