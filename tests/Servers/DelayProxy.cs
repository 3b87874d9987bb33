using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace K12Sync.Tests.Servers;

/// <summary>
/// A long way on one machine: a TCP proxy that hands on every byte a fixed time after it came, in both directions, without slowing the
/// stream down. It can also stop handing on, and break off.
/// </summary>
public sealed class DelayProxy : IDisposable
{
    /// <summary>Bytes under way in one direction; beyond that the sender has to wait, as on a real line.</summary>
    private const int OnTheWay = 64 << 20;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly TimeSpan _delay;
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ManualResetEventSlim _open = new(initialState: true);

    /// <param name="port">Of the server, on this machine.</param>
    /// <param name="delay">Each way.</param>
    public DelayProxy(int port, TimeSpan delay)
    {
        (_port, _delay) = (port, delay);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Start(Accept);
    }

    public int Port { get; }

    /// <summary>From now on nothing is handed on, and nobody is told.</summary>
    public void Stall() => _open.Reset();

    /// <summary>Breaks all connections off with a reset.</summary>
    public void Reset()
    {
        while (_sockets.TryTake(out var socket))
        {
            // Closed without a word: what is left to send is forgotten.
            socket.Close(timeout: 0);
        }
        _open.Set();
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
            socket.Dispose();
        _open.Set();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptSocket();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(client);
                _sockets.Add(server);
                server.Connect(IPAddress.Loopback, _port);
                client.NoDelay = server.NoDelay = true;
                Pipe(client, server);
                Pipe(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Pipe(Socket from, Socket to)
    {
        var line = new BlockingCollection<(long Due, byte[] Bytes)>(OnTheWay / (64 << 10));
        Start(() => Take(from, line));
        Start(() => Give(to, line));
    }

    private void Take(Socket from, BlockingCollection<(long, byte[])> line)
    {
        var buffer = new byte[64 << 10];
        try
        {
            for (int read; (read = from.Receive(buffer)) > 0;)
                line.Add((Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency), buffer[..read]));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken off.
        }
        line.CompleteAdding();
    }

    private void Give(Socket to, BlockingCollection<(long Due, byte[] Bytes)> line)
    {
        using var never = new ManualResetEventSlim();
        try
        {
            foreach (var (due, bytes) in line.GetConsumingEnumerable())
            {
                // Timers wake up to a millisecond late, so the last one is spent spinning.
                while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
                    if (left.TotalMilliseconds > 1.5)
                        never.Wait((int)(left.TotalMilliseconds - 1));
                    else
                        Thread.Yield();
                _open.Wait();
                for (var sent = 0; sent < bytes.Length;)
                    sent += to.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken off.
        }
    }

    private static void Start(Action work) => new Thread(() => work()) { IsBackground = true }.Start();
}
