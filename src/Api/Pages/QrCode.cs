using System.Globalization;
using System.Text;
using QRCoder;

namespace K12Sync.Api.Pages;

/// <summary>A QR code as the path of an SVG, one unit for each module, quiet zone included.</summary>
internal static class QrCode
{
    /// <summary>The path, and the width and height it needs.</summary>
    public static (string Path, int Size) Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        var rows = code.ModuleMatrix;
        for (var y = 0; y < rows.Count; y++)
            for (var x = 0; x < rows[y].Length; x++)
            {
                var end = x;
                while (end < rows[y].Length && rows[y][end])
                    end++;
                if (end == x)
                    continue;
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{end - x}v1h-{end - x}z");
                x = end;
            }
        return (path.ToString(), rows.Count);
    }
}
