using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K12Sync.Benchmarks;

/// <summary>A client that costs next to nothing beside the server: requests as ready bytes over connections that are kept, one thread each.</summary>
public sealed class QueryClient(int port, string key)
{
    private static readonly byte[] Length = Encoding.ASCII.GetBytes("\r\nContent-Length: ");
    private static readonly byte[] End = Encoding.ASCII.GetBytes("0\r\n\r\n");

    /// <summary>The body of one answer.</summary>
    public string Read(string path, params (string Name, string Value)[] headers)
    {
        using var connection = Connect();
        var buffer = new byte[1 << 22];
        var (head, all) = Ask(connection, Request(path, headers), buffer);
        var text = Encoding.UTF8.GetString(buffer, 0, all);
        if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new InvalidOperationException($"{path}: {text}");
        return text.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal) ? Unchunked(Encoding.UTF8.GetString(buffer, head, all - head)) : Encoding.UTF8.GetString(buffer, head, all - head);
    }

    /// <summary>Asks for so long over so many connections. Requests a second.</summary>
    public double Load(Func<int, string> path, TimeSpan time, int connections, params (string Name, string Value)[] headers)
    {
        var stop = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var requests = Enumerable.Range(0, 1_000).Select(i => Request(path(i), headers)).ToArray();
        var done = 0;
        var threads = Enumerable.Range(0, connections).Select(number => new Thread(() =>
        {
            using var connection = Connect();
            var buffer = new byte[1 << 20];
            for (var i = number * 131; Stopwatch.GetTimestamp() < stop; i++)
            {
                Ask(connection, requests[i % requests.Length], buffer);
                if (!buffer.AsSpan(9, 3).SequenceEqual("200"u8))
                    throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, 300));
                Interlocked.Increment(ref done);
            }
        })).ToList();
        var start = Stopwatch.GetTimestamp();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Reads an answer to its end without keeping it. Bytes, and the time to the first of the body.</summary>
    public (long Bytes, TimeSpan First, TimeSpan Whole) Stream(string path, Action tick)
    {
        ArgumentNullException.ThrowIfNull(tick);
        using var connection = Connect();
        var buffer = new byte[1 << 16];
        var start = Stopwatch.GetTimestamp();
        connection.Send(Request(path, [("Connection", "close")]));
        long bytes = 0;
        TimeSpan first = default;
        for (int read; (read = connection.Receive(buffer)) > 0; tick())
        {
            if (bytes == 0)
                first = Stopwatch.GetElapsedTime(start);
            bytes += read;
        }
        return (bytes, first, Stopwatch.GetElapsedTime(start));
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private byte[] Request(string path, (string Name, string Value)[] headers) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nAccept: application/json\r\n{string.Concat(headers.Select(h => $"{h.Name}: {h.Value}\r\n"))}\r\n");

    private static (int Head, int All) Ask(Socket socket, byte[] request, byte[] buffer)
    {
        socket.Send(request);
        var (read, head, all) = (0, 0, int.MaxValue);
        while (read < all)
        {
            var more = socket.Receive(buffer, read, buffer.Length - read, SocketFlags.None);
            if (more == 0)
                throw new InvalidOperationException("The server closed the connection.");
            read += more;
            if (head == 0 && buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                head = end + 4;
                var at = buffer.AsSpan(0, head).IndexOf(Length);
                if (at >= 0)
                {
                    var number = buffer.AsSpan(at + Length.Length);
                    all = head + int.Parse(number[..number.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
                }
            }
            if (head > 0 && all == int.MaxValue && buffer.AsSpan(0, read).EndsWith(End))
                all = read;
        }
        return (head, read);
    }

    private static string Unchunked(string text)
    {
        var whole = new StringBuilder();
        for (var at = 0; ;)
        {
            var line = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(text.AsSpan(at, line - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return whole.ToString();
            whole.Append(text, line + 2, size);
            at = line + 2 + size + 2;
        }
    }
}
