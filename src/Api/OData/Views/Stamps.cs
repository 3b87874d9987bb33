namespace K12Sync.Api.OData.Views;

/// <summary>Columns that every row has and no class shows.</summary>
internal static class Stamps
{
    /// <summary>Moves when the row's content does.</summary>
    public const string Version = nameof(Version);

    /// <summary>Moves when anything about the row does, in the order of commits.</summary>
    public const string ChangeVersion = nameof(ChangeVersion);
}
