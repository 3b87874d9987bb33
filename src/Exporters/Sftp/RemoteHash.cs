using System.Security.Cryptography;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Sftp;

/// <summary>Reads a file of the server from its beginning to its end and keeps its length and hash.</summary>
internal static class RemoteHash
{
    private const int ReadsAhead = 32;

    /// <param name="session">The session.</param>
    /// <param name="path">The file.</param>
    /// <param name="expected">The size the server gave; decides how far is read ahead, not where the file ends.</param>
    /// <param name="cancellation">Leaves the reads that are under way to themselves.</param>
    public static async Task<Answer<FileSighting>> OfAsync(SftpSession session, string path, ulong? expected, CancellationToken cancellation)
    {
        var opened = await session.OpenAsync(path, OpenFor.Read, cancellation);
        if (opened.Value is not { } handle)
            return new(null, opened.Status);
        try
        {
            return await ReadAsync(session, handle, expected, cancellation);
        }
        finally
        {
            _ = CloseAsync(session, handle);
        }
    }

    private static async Task CloseAsync(SftpSession session, byte[] handle)
    {
        try
        {
            await session.CloseAsync(handle);
        }
        catch (SftpException)
        {
            // With the session its handles went.
        }
    }

    /// <param name="session">The session.</param>
    /// <param name="handle">Of an open file.</param>
    /// <param name="expected">The size the server gave; decides how far is read ahead, not where the file ends.</param>
    /// <param name="cancellation">Leaves the reads that are under way to themselves.</param>
    private static async Task<Answer<FileSighting>> ReadAsync(SftpSession session, byte[] handle, ulong? expected, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (chunk, done, asked) = (Math.Min(session.Offers.Chunk, Offers.UsualChunk), 0L, 0L);
        var ahead = new Queue<(int Count, Task<Answer<byte[]>> Reply)>();
        while (true)
        {
            // One read beyond the size given, which should find the end.
            while (ahead.Count == 0 || (ahead.Count < ReadsAhead && asked <= (long)(expected ?? 0)))
            {
                ahead.Enqueue((chunk, session.ReadAsync(handle, asked, chunk)));
                asked += chunk;
            }
            var (count, reply) = ahead.Dequeue();
            while (count > 0)
            {
                var answer = await reply.WaitAsync(cancellation);
                if (answer.Value is not { } data)
                    return answer.Status.Code == StatusCode.EndOfFile
                        ? new(new FileSighting(done, Convert.ToHexString(hash.GetHashAndReset())), default)
                        : new(null, answer.Status);
                hash.AppendData(data);
                done += data.Length;
                count -= data.Length;
                // Servers may answer with less than was asked for.
                if (count > 0)
                    reply = session.ReadAsync(handle, done, count);
            }
        }
    }
}
