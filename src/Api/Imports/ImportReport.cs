namespace K12Sync.Api.Imports;

/// <summary>What became of one file. Every data row is counted in exactly one of the four numbers.</summary>
public sealed class FileReport(string file, Action<RowRemark>? onRemark = null)
{
    /// <summary>The file's name, without its folder.</summary>
    public string File { get; } = file;

    public int Added { get; private set; }
    public int Updated { get; private set; }
    public int Unchanged { get; private set; }
    public int Rejected { get; private set; }

    /// <summary>The row made something new.</summary>
    public void Add(int rows = 1) => Added += rows;

    /// <summary>The row changed something that was there.</summary>
    public void Update(int rows = 1) => Updated += rows;

    /// <summary>The row says what is already there.</summary>
    public void Keep(int rows = 1) => Unchanged += rows;

    /// <summary>The row is refused; the others go on.</summary>
    public void Reject(long line, string reason)
    {
        Rejected++;
        onRemark?.Invoke(new RowRemark(File, line, reason, IsRejection: true));
    }

    /// <summary>Takes over what another report of the same file was told.</summary>
    public void Take(RowRemark remark)
    {
        ArgumentNullException.ThrowIfNull(remark);
        if (remark.IsRejection)
            Rejected++;
        onRemark?.Invoke(remark);
    }

    /// <summary>Something a person should know about a row that is not refused.</summary>
    public void Note(long line, string text) => onRemark?.Invoke(new RowRemark(File, line, text, IsRejection: false));
}

/// <summary>A remark on a row. The text holds no student's name or number.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">Counted from 1, the header included.</param>
/// <param name="Text">What, and what to do.</param>
/// <param name="IsRejection">The row was refused.</param>
public sealed record RowRemark(string File, long Line, string Text, bool IsRejection)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {(IsRejection ? "rejected" : "note")}: {Text}";
}
