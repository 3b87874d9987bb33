using System.Text.Json;
using K12Sync.Data.Passes;

namespace K12Sync.Api.Passes;

/// <summary>The answers to a stream of passes.</summary>
internal sealed class IntakeAnswers(HttpResponse response, CancellationToken cancellation) : StreamAnswers(response, cancellation)
{
    private readonly int[] _counts = new int[Enum.GetValues<PassReceipt>().Length];

    /// <inheritdoc/>
    public override int Stored => _counts[(int)PassReceipt.Added] + _counts[(int)PassReceipt.Unchanged] + _counts[(int)PassReceipt.Voided];

    /// <summary>Answers rows; <paramref name="receipts"/> are those of the ones with a pass, in their order.</summary>
    public async Task WriteAsync(IReadOnlyList<PassRow> rows, IReadOnlyList<PassReceipt> receipts, CancellationToken stopped)
    {
        if (rows.Count == 0)
            return;
        var next = 0;
        using (var json = Writer())
            foreach (var row in rows)
                Write(json, row, row.Pass is null ? PassReceipt.Conflict : receipts[next++]);
        await SendAsync(stopped);
    }

    /// <inheritdoc/>
    protected override void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteNumber("rows", _counts.Sum());
        foreach (var word in Enum.GetValues<PassReceipt>().GroupBy(Word))
            json.WriteNumber(word.Key.ToLowerInvariant(), word.Sum(receipt => _counts[(int)receipt]));
    }

    private void Write(Utf8JsonWriter json, PassRow row, PassReceipt receipt)
    {
        _counts[(int)receipt]++;
        json.WriteStartObject();
        json.WriteNumber("line", row.Line);
        json.WriteString("passId", row.PassId);
        json.WriteString("result", Word(receipt));
        if (!receipt.IsStored())
            json.WriteString("reason", row.Pass is null ? row.Remark : PassRules.WhyRefused(receipt));
        else if (row.Remark is not null)
            json.WriteString("note", row.Remark);
        json.WriteEndObject();
        EndRow(json);
    }

    private static string Word(PassReceipt receipt) => receipt.IsStored() ? receipt.ToString() : "Rejected";
}
