using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>Makes a folder that outlives a power cut: each new folder's name is flushed with the folder that holds it.</summary>
internal static class FolderMaking
{
    /// <summary>Makes a folder and those above it as needed. Null, or why it is not there.</summary>
    public static StageResult? Make(string folder)
    {
        try
        {
            MakeDurably(folder);
            return null;
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            return FileTrouble.IsFull(e)
                ? new StageResult.TryAgain(FileTrouble.Of(e))
                : new StageResult.Refused(FileTrouble.Of(e) with { Reason = $"The folder '{folder}' is not there and cannot be made: {e.Message}" });
        }
    }

    private static void MakeDurably(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var above = Path.GetDirectoryName(folder);
        if (above is not null)
            MakeDurably(above);
        Directory.CreateDirectory(folder);
        if (above is not null)
            FolderFlush.Flush(above);
    }
}
