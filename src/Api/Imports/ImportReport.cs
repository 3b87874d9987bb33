namespace K12Sync.Api.Imports;

/// <summary>What became of one file. Every data row is counted in exactly one of the numbers, <see cref="Retired"/> aside.</summary>
public sealed class FileReport(string file, Action<RowRemark>? onRemark = null)
{
    private readonly List<FileReport> _parts = [];

    /// <summary>The file's name, without its folder.</summary>
    public string File { get; } = file;

    public int Added { get; private set; }
    public int Updated { get; private set; }
    public int Unchanged { get; private set; }
    public int Rejected { get; private set; }

    /// <summary>Rows that serve those of another file: the roles and schools of students.</summary>
    public int Used { get; private set; }

    /// <summary>Rows about what is not kept here: teachers, parents, the district's office.</summary>
    public int PassedOver { get; private set; }

    /// <summary>Rows that are sound, but not stored because the file as a whole waits for a person.</summary>
    public int Held { get; private set; }

    /// <summary>Stays of students at a school that were ended. No count of rows: who is missing has none.</summary>
    public int Retired { get; private set; }

    /// <summary>The reports of the files that this one stands for, or only itself.</summary>
    internal IReadOnlyList<FileReport> All => _parts.Count > 0 ? _parts : [this];

    /// <summary>The row made something new.</summary>
    public void Add(int rows = 1) => Added += rows;

    /// <summary>The row changed something that was there.</summary>
    public void Update(int rows = 1) => Updated += rows;

    /// <summary>The row says what is already there.</summary>
    public void Keep(int rows = 1) => Unchanged += rows;

    /// <summary>The row serves another file's.</summary>
    public void Use(int rows = 1) => Used += rows;

    /// <summary>The row is about what is not kept here.</summary>
    public void PassOver() => PassedOver++;

    /// <summary>Students left a school.</summary>
    public void Retire(int stays) => Retired += stays;

    /// <summary>A file that this one stands for, with a report of its own.</summary>
    internal FileReport Part(string name)
    {
        _parts.Add(new FileReport(name, onRemark));
        return _parts[^1];
    }

    /// <summary>Nothing of the file is stored: what was counted as stored waits for a person.</summary>
    public void Hold(string reason)
    {
        (Held, Added, Updated, Unchanged, Retired) = (Added + Updated + Unchanged, 0, 0, 0, 0);
        onRemark?.Invoke(new RowRemark(File, 1, reason, IsRejection: false, IsHold: true));
    }

    /// <summary>The row, or the <paramref name="rows"/> that begin with it, is refused; the others go on.</summary>
    public void Reject(long line, string reason, int rows = 1)
    {
        Rejected += rows;
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
/// <param name="IsHold">The whole file waits for a person; nothing of it was stored.</param>
public sealed record RowRemark(string File, long Line, string Text, bool IsRejection, bool IsHold = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {(IsRejection ? "rejected" : IsHold ? "held" : "note")}: {Text}";
}
