namespace K12Sync.Exporters.Exports;

/// <summary>The layouts there are, by name.</summary>
public static class Layouts
{
    /// <summary>Every layout, the default first.</summary>
    public static IReadOnlyList<ILayout> All { get; } = [K12SyncCsv.Instance];

    /// <summary>The layout of this name, compared byte for byte, or null.</summary>
    public static ILayout? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(layout => string.Equals(layout.Name, name, StringComparison.Ordinal));
    }
}
