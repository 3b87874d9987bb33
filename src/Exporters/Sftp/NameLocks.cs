namespace K12Sync.Exporters.Sftp;

/// <summary>One at a time for each name.</summary>
internal sealed class NameLocks
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Waits for its turn; disposing ends it.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellation)
    {
        Entry entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(name, out entry!))
                _entries.Add(name, entry = new Entry(this, name));
            entry.Users++;
        }
        try
        {
            await entry.Turn.WaitAsync(cancellation);
            return entry;
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    private void Forget(Entry entry)
    {
        lock (_entries)
            if (--entry.Users == 0)
                _entries.Remove(entry.Name);
    }

    private sealed class Entry(NameLocks locks, string name) : IDisposable
    {
        public string Name => name;
        public int Users { get; set; }
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public void Dispose()
        {
            Turn.Release();
            locks.Forget(this);
        }
    }
}
