using System.Net;
using System.Net.Sockets;
using System.Text;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>The first steps towards a server, taken one by one: its name, a TCP connection, and what it says first. Sends nothing.</summary>
internal sealed class ServerProbe(string host, int port, SftpOptions options, TimeProvider time)
{
    private const int LongestGreeting = 8 * 1024;

    /// <summary>The addresses of the host, at least one.</summary>
    /// <exception cref="SftpException">The name leads nowhere.</exception>
    public async Task<IPAddress[]> ResolveAsync(CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation).WaitAsync(options.Answer, time, cancellation) is { Length: > 0 } found ? found : throw NoAddress();
        }
        catch (SocketException)
        {
            throw NoAddress();
        }
        catch (TimeoutException)
        {
            throw SftpException.Of(TroubleKind.Unreachable, $"The name server did not answer for '{host}' within {options.Answer.TotalSeconds:0.#} s.");
        }
    }

    /// <summary>A connection to the first address that takes one.</summary>
    /// <exception cref="SftpException">None does.</exception>
    public async Task<TcpClient> ConnectAsync(IPAddress[] addresses, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(addresses, port, cancellation).AsTask().WaitAsync(options.Answer, time, cancellation);
            return client;
        }
        catch (Exception e)
        {
            client.Dispose();
            throw e switch
            {
                TimeoutException => SftpException.Of(TroubleKind.Unreachable,
                    $"'{host}' port {port} did not answer within {options.Answer.TotalSeconds:0.#} s. A firewall that drops packets looks like this: ask whether this machine's address is allowed."),
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => SftpException.Of(TroubleKind.Unreachable, SshWords.Refused(host, port)),
                SocketException s => SftpException.Of(TroubleKind.Unreachable, $"'{host}' port {port} cannot be reached: {s.Message}."),
                _ => e,
            };
        }
    }

    /// <summary>The line by which an SSH server names its version, such as <c>SSH-2.0-OpenSSH_9.2</c>.</summary>
    /// <exception cref="SftpException">It says something else, or nothing.</exception>
    public async Task<string> IdentifyAsync(TcpClient client, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => CancelQuietly(deadline), null, options.Answer, Timeout.InfiniteTimeSpan);
        try
        {
            return await ReadIdentificationAsync(client.GetStream(), deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw SftpException.Of(TroubleKind.Unreachable, SshWords.SilentAtBanner(host, port));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw SftpException.Of(TroubleKind.Unreachable, SshWords.ClosedEarly(host, port));
        }
    }

    /// <summary>All of it, for somebody who only wants to know what stands in the way.</summary>
    public async Task<Trouble?> FindTroubleAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = await ConnectAsync(await ResolveAsync(cancellation), cancellation);
            await IdentifyAsync(client, cancellation);
            return null;
        }
        catch (SftpException e)
        {
            return e.Trouble;
        }
    }

    /// <summary>A server may send other lines first (RFC 4253, section 4.2).</summary>
    private async Task<string> ReadIdentificationAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var (buffer, length) = (new byte[LongestGreeting], 0);
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0)
                throw SftpException.Of(TroubleKind.Unreachable, SshWords.ClosedEarly(host, port));
            length += read;
            var lines = Encoding.Latin1.GetString(buffer, 0, length).Split('\n')[..^1];
            if (Array.Find(lines, l => l.StartsWith("SSH-", StringComparison.Ordinal)) is { } line)
                return ForeignText.OneLine(line);
        }
        throw SftpException.Of(TroubleKind.Unreachable, $"What listens at '{host}' port {port} is no SSH server: it sent {LongestGreeting} bytes without naming one.");
    }

    private static void CancelQuietly(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It answered at the last moment.
        }
    }

    private SftpException NoAddress() => SftpException.Of(TroubleKind.Unreachable, SshWords.NoAddress(host));
}
