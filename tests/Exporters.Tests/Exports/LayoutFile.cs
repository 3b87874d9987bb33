using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What a layout makes of a debt, without ledger and destination.</summary>
internal static class LayoutFile
{
    private static readonly DateTimeOffset Now = new(2026, 9, 8, 20, 30, 0, TimeSpan.Zero);

    public static Connector Connector(Layout layout, string? presentCode = null) =>
        new(1, "SIS", new ConnectorDefinition(layout.Name, new FolderDestinationDefinition("out"), ["LHS"], [], PresentCode: presentCode), layout, []);

    public static async Task<RenderedDebt> RenderAsync(Connector connector, params TardyLine[] debt)
    {
        var rendering = await DebtRendering.RenderAsync(connector, 1, Now, debt.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
        return rendering.Should().BeOfType<Rendering.Ready>(because: (rendering as Rendering.Refused)?.Reason ?? "").Which.Debt;
    }

    public static Task<RenderedDebt> RenderAsync(Layout layout, params TardyLine[] debt) => RenderAsync(Connector(layout), debt);

    /// <summary>The one file.</summary>
    public static async Task<byte[]> WriteAsync(Layout layout, params TardyLine[] debt) => (await RenderAsync(layout, debt)).Files.Should().ContainSingle().Subject.Content;
}
