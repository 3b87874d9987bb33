using System.Buffers.Binary;
using System.Numerics;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// What the ledger remembers of a row: XXH64 with seed 0 over the row's bytes, without its line end. Never 0, which stands for "no row".
/// </summary>
/// <remarks>
/// It answers one question, "was the SIS told just this?", about two rows of one record, so 64 bits are plenty: two rows that differ look alike once
/// in 2^64. Nobody gains by making two rows of one's own record collide, so it need not be cryptographic. The algorithm is public
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md) and must not change: hashes are stored.
/// </remarks>
internal static class RowHash
{
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9, P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    public static long Of(ReadOnlySpan<byte> row) => (long)XxHash64(row) is not 0 and var hash ? hash : 1;

    internal static ulong XxHash64(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        var hash = (bytes.Length >= 32 ? Stripes(ref bytes) : P5) + length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(bytes)), 27) * P1 + P4;
        if (bytes.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P1), 23) * P2 + P3;
            bytes = bytes[4..];
        }
        foreach (var one in bytes)
            hash = BitOperations.RotateLeft(hash ^ (one * P5), 11) * P1;
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    private static ulong Stripes(ref ReadOnlySpan<byte> bytes)
    {
        ulong a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
        for (; bytes.Length >= 32; bytes = bytes[32..])
        {
            a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
            d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
        }
        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        hash = (hash ^ Round(0, a)) * P1 + P4;
        hash = (hash ^ Round(0, b)) * P1 + P4;
        hash = (hash ^ Round(0, c)) * P1 + P4;
        return (hash ^ Round(0, d)) * P1 + P4;
    }

    private static ulong Round(ulong sum, ulong input) => BitOperations.RotateLeft(sum + input * P2, 31) * P1;
}
