using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;
using K12Sync.Exporters.Sftp;
using K12Sync.Exporters.Tests.Sftp;
using static K12Sync.Exporters.Tests.Sftp.SftpStage;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>What is on the disk when a step is reported as done: by then the power may go.</summary>
public sealed class FlushTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SftpFile_IsFlushedAfterItsLastByte_AndBeforeItGetsItsName()
    {
        var server = new FakeSftpServer();
        await using var destination = server.Open();

        await destination.StageAsync(Temporary, new byte[100_000], Cancellation);
        await destination.PublishAsync(Temporary, Final, ExistingFile.Refuse, Cancellation);

        var seen = server.Seen.ToList();
        int At(string extension) => seen.FindIndex(r => r.Type == PacketType.Extended && r.Word.StartsWith(extension, StringComparison.Ordinal));
        At("fsync").Should().BeGreaterThan(seen.FindLastIndex(r => r.Type == PacketType.Write)).And.BeLessThan(At("posix-rename"));
    }

    [Fact]
    public void FolderOfAFile_IsFlushedForReal_SoAMissingOneIsNoticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no flush of folders for ordinary users.");
        var folder = Directory.CreateTempSubdirectory("k12sync-").FullName;

        FolderFlush.Flush(folder);
        Directory.Delete(folder);

        FluentActions.Invoking(() => FolderFlush.Flush(folder)).Should().Throw<IOException>();
    }
}
