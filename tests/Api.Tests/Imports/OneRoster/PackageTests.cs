using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using K12Sync.Api.Imports;

namespace K12Sync.Api.Tests.Imports.OneRoster;

public sealed class PackageTests
{
    [Theory]
    [InlineData("")]
    [InlineData("export/")]
    public async Task Zip_IsReadLikeAFolder_WithoutLeavingAnything(string folder)
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"), n => folder + n);
        Add(path, folder + "academicSessions.csv", "sourcedId\r\n");
        Add(path, "__MACOSX/export/._users.csv", "junk");

        (await place.ImportAsync(path)).Students.Should().Be((1, 0, 0, 0));
        (await place.ImportAsync(path)).Students.Should().Be((0, 0, 1, 0));

        Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!).Should().Equal(path);
    }

    [Fact]
    public async Task Zip_IsKnownByItsFirstBytes_WhateverItIsCalled()
    {
        await using var place = await RosterPlace.MakeAsync();

        (await place.ImportAsync(RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.tmp")))).Students.Added.Should().Be(1);
    }

    [Fact]
    public async Task ManifestItself_MayBeNamed()
    {
        await using var place = await RosterPlace.MakeAsync();
        var folder = RosterFiles.Bulk("0001 LHS").WriteTo(place.NewPath("roster"));

        (await place.ImportAsync(Path.Combine(folder, "manifest.csv"))).Students.Added.Should().Be(1);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task RowsOfAZip_GoOn_AfterAnUnbalancedQuote(string newLine)
    {
        await using var place = await RosterPlace.MakeAsync();
        var roster = RosterFiles.Bulk("0001 LHS").Row("users.csv", "u-0002,,,true,\"open,,A,B,,0002,,,,,09,").Students("0003 LHS");
        var folder = roster.WriteTo(place.NewPath("roster"));
        var path = place.NewPath("roster.zip");
        foreach (var file in Directory.GetFiles(folder))
            Add(path, Path.GetFileName(file), (await File.ReadAllTextAsync(file, RosterPlace.Now)).ReplaceLineEndings(newLine));

        var imported = await place.ImportAsync(path);

        (imported.Users.Added, imported.Users.Rejected).Should().Be((2, 1));
        place.Remarks.Should().ContainSingle(r => r.StartsWith("users.csv:3: rejected: ", StringComparison.Ordinal));
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..", "LHS 0003 ..");
    }

    [Theory]
    [InlineData("../users.csv", "holds a file whose name leads out of it")]
    [InlineData("a/../users.csv", "holds a file whose name leads out of it")]
    [InlineData("/users.csv", "holds a file whose name leads out of it")]
    [InlineData("a\\users.csv", "holds a file whose name leads out of it")]
    [InlineData("C:users.csv", "holds a file whose name leads out of it")]
    [InlineData("a/b/more.csv", "has its files in several folders")]
    [InlineData("a/more.csv", "has its files in several folders")]
    [InlineData("USERS.csv", "holds USERS.csv twice")]
    public async Task Zip_IsRefused_WhenAnEntrysNameIsNoPlainOne(string entry, string reason)
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        Add(path, entry, "sourcedId\r\n");

        await RefusesAsync(place, path, $"roster.zip {reason}*Nothing was stored.");
    }

    [Fact]
    public async Task Zip_IsRefused_WhenItHasNoManifest()
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = place.NewPath("roster.zip");
        Add(path, "users.csv", "sourcedId\r\n");

        await RefusesAsync(place, path, "roster.zip has no manifest.csv, so it is no OneRoster roster. Nothing was stored.");
    }

    [Fact]
    public async Task Zip_IsRefused_WhenItUnpacksToMoreThanOneGibibyte()
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        Patch(path, CentralHeader("users.csv", path) + 24, 0xC0, 0xFF, 0xFF, 0x3F);

        await RefusesAsync(place, path, "roster.zip unpacks to more than 1 GiB. Nothing was stored.");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Zip_IsRefused_WhenAFileIsNotTheSizeItIsSaidToBe(int said)
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        Patch(path, CentralHeader("users.csv", path) + 24, BitConverter.GetBytes(said));

        await RefusesAsync(place, path, "roster.zip is no zip that can be read, or it is damaged.*");
    }

    [Fact]
    public async Task Zip_IsRefused_WhenItIsEncrypted()
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        Patch(path, CentralHeader("users.csv", path) + 8, 1);

        await RefusesAsync(place, path, "roster.zip is encrypted*");
    }

    [Fact]
    public async Task Zip_IsRefused_WhenAnyByteOfItsFilesIsWrong()
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        var whole = await File.ReadAllBytesAsync(path, RosterPlace.Now);
        var start = whole.AsSpan().IndexOf("users.csv"u8) + "users.csv".Length;
        for (var offset = 0; offset < 60; offset += 7)
        {
            var damaged = whole.ToArray();
            damaged[start + offset] ^= 0x10;
            await File.WriteAllBytesAsync(path, damaged, RosterPlace.Now);

            await RefusesAsync(place, path, "roster.zip is no zip that can be read, or it is damaged.*");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Zip_IsRefused_WhenItIsCutShort(int bytes)
    {
        await using var place = await RosterPlace.MakeAsync();
        var path = RosterFiles.Bulk("0001 LHS").ZipTo(place.NewPath("roster.zip"));
        await using (var file = File.OpenWrite(path))
            file.SetLength(bytes);

        await RefusesAsync(place, path, "roster.zip is no zip that can be read, or it is damaged.*");
    }

    [Theory]
    [InlineData("oneroster.version", "1.0", "says OneRoster 1.0; 1.1 and 1.2 are read")]
    [InlineData("oneroster.version", null, "does not say which oneroster.version it is")]
    [InlineData("file.users", null, "does not say whether users.csv is bulk or delta")]
    [InlineData("file.users", "full", "says file.users is 'full'. It is bulk, delta or absent")]
    [InlineData("file.demographics", "bulk", "says demographics.csv is bulk, but it is not there")]
    public async Task Manifest_IsRefused_WhenItDoesNotSayWhatItMust(string property, string? value, string reason)
    {
        await using var place = await RosterPlace.MakeAsync();

        await RefusesAsync(place, RosterFiles.Bulk("0001 LHS").Manifest(property, value).WriteTo(place.NewPath("roster")), $"manifest.csv {reason}*Nothing of the roster was stored.");
    }

    [Theory]
    [InlineData("propertyName,value\r\noneroster.version,1.2\r\noneroster.version,1.1\r\n", "manifest.csv:3: rejected: oneroster.version is said twice.*")]
    [InlineData("name,value\r\n", "manifest.csv:1: rejected: The header lacks propertyName.*")]
    [InlineData("", "manifest.csv:1: rejected: The header lacks propertyName, value.*")]
    public async Task Manifest_IsRefused_WhenItIsNone(string text, string reason)
    {
        await using var place = await RosterPlace.MakeAsync();
        var folder = RosterFiles.Bulk("0001 LHS").WriteTo(place.NewPath("roster"));
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.csv"), text, RosterPlace.Now);

        await RefusesAsync(place, folder, reason);
    }

    [Fact]
    public async Task Roster_IsRefused_WhenNothingSaysWhoIsAStudent()
    {
        await using var place = await RosterPlace.MakeAsync();

        await RefusesAsync(place, RosterFiles.Bulk("0001 LHS").Manifest("file.roles", "absent").WriteTo(place.NewPath("roster")), "The roster has users.csv, but neither roles.csv nor enrollments.csv*");
    }

    [Theory]
    [InlineData("1.2", "users.csv", "sourcedId,givenName", "familyName")]
    [InlineData("1.1", "users.csv", "sourcedId,givenName,familyName", "role")]
    [InlineData("1.2", "roles.csv", "userSourcedId,role", "orgSourcedId")]
    [InlineData("1.2", "orgs.csv", "sourcedId", "type")]
    [InlineData("1.2", "demographics.csv", "sourcedId", "birthDate")]
    public async Task Roster_StoresNothing_WhenAFileLacksAColumn(string version, string file, string header, string lacks)
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.Of(version).Students("0001 LHS"));

        var imported = await place.ImportAsync(RosterFiles.Of(version).Students("0002 LHS").Header(file, header));

        imported.Rejected.Should().Be(1);
        place.Remarks.Should().ContainSingle().Which.Should().StartWith($"{file}:1: rejected: The header lacks {lacks}.");
        (await place.StaysAsync()).Should().Equal("LHS 0001 ..");
    }

    [Fact]
    public async Task FileSaidToBeAbsent_IsNotRead_AndNamed()
    {
        await using var place = await RosterPlace.MakeAsync();

        await place.ImportAsync(RosterFiles.Bulk("0001 LHS").Header("demographics.csv", "nonsense", "absent"));

        place.Remarks.Should().Contain("demographics.csv:1: note: manifest.csv says that this file is absent; it was not read.");
    }

    [Fact]
    public async Task Import_ExitsWith2_WhenARosterIsHeld_AndWith0OnceItIsLetThrough()
    {
        await using var place = await RosterPlace.MakeAsync();
        await place.ImportAsync(RosterFiles.BulkOf(20));
        var roster = RosterFiles.BulkOf(8).ZipTo(place.NewPath("roster.zip"));

        var held = await RunAsync(place, roster);
        held.Code.Should().Be(2);
        held.Output.Should().Contain("users.csv:1: held: 12 of the 20 students enrolled at school LHS would be retired").And.Contain("Held");

        (await RunAsync(place, roster, "--most-retired", "101")).Code.Should().Be(64);
        var through = await RunAsync(place, roster, "--most-retired", "100");
        through.Code.Should().Be(0);
        through.Output.Should().Contain("Retired");
    }

    private static async Task<(int Code, string Output)> RunAsync(RosterPlace place, string roster, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "k12sync.dll"), "import", roster, "--data", place.Data.Path, .. more])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(RosterPlace.Now);
        await process.WaitForExitAsync(RosterPlace.Now);
        return (process.ExitCode, output);
    }

    private static async Task RefusesAsync(RosterPlace place, string path, string message)
    {
        await place.Invoking(p => p.ImportAsync(path)).Should().ThrowAsync<ImportRefusedException>().WithMessage(message);
        (await place.StaysAsync()).Should().BeEmpty();
    }

    private static void Add(string zip, string name, string text)
    {
        using var archive = ZipFile.Open(zip, ZipArchiveMode.Update);
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(text);
    }

    /// <summary>Where the directory at the end of a zip describes a file: bit 0 of byte 8 is "encrypted", the unpacked size is at byte 24.</summary>
    private static int CentralHeader(string name, string zip)
    {
        var bytes = File.ReadAllBytes(zip);
        return bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) - 46;
    }

    private static void Patch(string path, int offset, params byte[] bytes)
    {
        using var file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(bytes);
    }
}
