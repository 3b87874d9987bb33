using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.Childcare;

/// <summary>The sample centre, day by day. The states were worked out by hand.</summary>
public sealed class SampleCentreTests
{
    private static readonly string Sample = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "sample-data", "childcare"));

    private static readonly string[] Expected =
    [
        "0104 09-14 Attended 08:00-12:30, 12:00-16:30 540 Error (1) v1",
        "0105 09-15 Unknown Error (1) v1",
        "0105 09-16 Attended 17:00-18:00 60 Error (2) v2",
        "0101 09-14 Attended 07:58-17:05 547 Ready v1",
        "0102 09-14 Attended 08:10-18:00 590 Ready (1) v2",
        "0103 09-14 Attended 08:00-12:00, 12:00-16:30 510 Ready v1",
        "0105 09-14 Unknown NothingToSend v1",
        "0106 09-14 Unknown NothingToSend v1",
        "0101 09-15 Attended 08:00-16:45 525 Ready v1",
        "0102 09-15 Attended 09:00-11:00 120 Ready v1",
        "0103 09-15 Absence Illness Ready v1",
        "0104 09-15 Attended 10:00-15:00 300 Ready (1) v1",
        "0106 09-15 Unknown NothingToSend (1) v1",
        "0101 09-16 Unknown NothingToSend v1",
        "0102 09-16 Attended 08:00-15:30 450 Ready v1",
        "0103 09-16 Unknown NothingToSend v1",
        "0104 09-16 Unknown NothingToSend v1",
        "0106 09-16 Unknown NothingToSend v1",
        "0101 09-17 Unknown NothingToSend v1",
        "0102 09-17 OffDay Ready (1) v1",
        "0103 09-17 Unknown NothingToSend v1",
        "0104 09-17 Unknown NothingToSend v1",
        "0105 09-17 Unknown NothingToSend v1",
        "0106 09-17 Unknown NothingToSend v1",
        "0101 09-18 Closure Paid Ready (1) v1",
        "0102 09-18 Closure Paid Ready v1",
        "0103 09-18 Closure Paid Ready v1",
        "0104 09-18 Closure Paid Ready v1",
        "0105 09-18 Closure Paid Ready v1",
        "0106 09-18 Closure Paid Ready v1",
        "0101 09-19 OffDay Ready v1",
        "0102 09-19 OffDay Ready v1",
        "0103 09-19 OffDay Ready v1",
        "0104 09-19 OffDay Ready v1",
        "0105 09-19 OffDay Ready v1",
        "0106 09-19 OffDay Ready v1",
    ];

    [Fact]
    public async Task SampleCentre_ComesOutAsWorkedOutByHand_AndTheSameFilesAgainChangeNothing()
    {
        await using var place = await ChildcarePlace.MakeAsync();
        await place.ImportAsync(Sample);
        place.Remarks.Should().BeEmpty();
        place.Reports.Sum(r => r.Rejected).Should().Be(0);
        (await place.BringUpToDateAsync()).CheckedOut.Should().Be(2);
        (await place.DaysAsync()).Should().Equal(Expected);

        await place.ImportAsync(Sample);
        place.Reports.Should().OnlyContain(r => r.Added + r.Updated == 0);
        (await place.BringUpToDateAsync()).Should().Be(new K12Sync.Api.Childcare.UpToDate(0, 0));
        (await place.DaysAsync()).Should().Equal(Expected);

        await using var db = place.Open();
        (await db.ChildLinks.Select(l => l.ChildNumber + " " + l.State + " " + l.AgencyChildId).ToListAsync(ChildcarePlace.Now)).Should().Equal("0105 TX TX-77-0093");
    }

    [Fact]
    public async Task SampleCentre_ComesOutTheSame_WhenTheWeekIsImportedDayByDay()
    {
        await using var place = await ChildcarePlace.MakeAsync();
        foreach (var file in (string[])["sites", "providers", "children", "authorizations", "closures", "absences"])
            await place.ImportAsync(Path.Combine(Sample, $"{file}.csv"));
        var rows = await File.ReadAllLinesAsync(Path.Combine(Sample, "attendance.csv"), ChildcarePlace.Now);
        foreach (var day in rows.Skip(1).Reverse().Chunk(5))
        {
            await place.ImportAsync("attendance.csv", [rows[0], .. day]);
            await place.BringUpToDateAsync();
        }

        // How often a day's record changed on the way is another matter.
        (await place.DaysAsync()).Select(WithoutVersion).Should().Equal(Expected.Select(WithoutVersion));
    }

    private static string WithoutVersion(string day) => day[..day.LastIndexOf(' ')];

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
