using System.Globalization;
using System.Text.RegularExpressions;

namespace K12Sync.Api.Tests.Jobs;

/// <summary>Reads Prometheus' text form as strictly as its own reader does: a type before each sample, quoted and escaped labels, no sample twice.</summary>
public static partial class Prometheus
{
    /// <summary>Each sample by name and sorted, unescaped labels: <c>name{a=1,b=2}</c>.</summary>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        var (samples, types) = (new Dictionary<string, double>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        text.Should().EndWith("\n").And.NotContain("\r");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                var comment = Comment().Match(line);
                comment.Success.Should().BeTrue(line);
                if (comment.Groups["what"].Value == "TYPE")
                    types.Add(comment.Groups["name"].Value).Should().BeTrue("one type for each name");
                continue;
            }
            var sample = Sample().Match(line);
            sample.Success.Should().BeTrue(line);
            types.Should().Contain(Suffix().Replace(sample.Groups["name"].Value, ""), line);
            var labels = Label().Matches(sample.Groups["labels"].Value).Select(m => $"{m.Groups["key"].Value}={Unescape(m.Groups["value"].Value)}").Order(StringComparer.Ordinal);
            var key = sample.Groups["labels"].Success ? $"{sample.Groups["name"].Value}{{{string.Join(',', labels)}}}" : sample.Groups["name"].Value;
            samples.TryAdd(key, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture)).Should().BeTrue("no sample twice");
        }
        return samples;
    }

    private static string Unescape(string value) => Escape().Replace(value, m => m.Value == "\\n" ? "\n" : m.Value[1..]);

    [GeneratedRegex(@"^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) ")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\""n])*"",?)*)\})? (?<value>[-+0-9.eEInfNa]+)$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<key>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>([^""\\]|\\[\\""n])*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\[\\""n]")]
    private static partial Regex Escape();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
