namespace K12Sync.OData.Http;

/// <summary>A request that ends in an error answer. Thrown within the library only and turned into the OData error format in one place.</summary>
#pragma warning disable CA1032, CA1064 // Internal on purpose, and never made without a status and a code.
internal sealed class ODataFault(int status, string code, string message, string? target = null) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    public int Status => status;
    public string Code => code;
    public string? Target => target;
    public IReadOnlyList<InvalidProperty> Details { get; init; } = [];
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static ODataFault Malformed(string message, string? target = null) => new(400, "BadRequest", message, target);

    public static ODataFault Unsupported(string what, string? target = null) => new(501, "NotImplemented", $"{what} is not supported by this service.", target);

    /// <summary>Not now: with Retry-After, in whole seconds.</summary>
    public static ODataFault Later(int status, string code, string message, TimeSpan wait) => new(status, code, message)
    {
        Headers = new Dictionary<string, string> { ["Retry-After"] = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    public static ODataFault NotFound(string what) => new(404, "NotFound", what);

    public static ODataFault Limit(string what, long limit, string? target = null) =>
        new(400, "LimitExceeded", $"{what} The limit is {limit.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)}.", target);

    public static ODataFault UnknownProperty(string name, string type, IEnumerable<string> known, string? target = null)
    {
        var near = Spelling.Nearest(name, known);
        return new(400, "UnknownProperty", $"{type} has no property '{name}'." + (near is null ? "" : $" Did you mean '{near}'?"), target ?? name);
    }
}

/// <summary>Finds the name that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>The known name with the fewest edits, if at most a third of it is different.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        if (name.Length > 64)
            return null;
        return known.Select(k => (k, distance: Distance(name.ToUpperInvariant(), k.ToUpperInvariant())))
            .Where(x => x.distance <= (x.k.Length + 2) / 3)
            .OrderBy(x => x.distance).Select(x => x.k).FirstOrDefault();
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }
}
