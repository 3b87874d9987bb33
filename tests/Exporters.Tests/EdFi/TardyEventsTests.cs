using K12Sync.Domain.Exports;
using K12Sync.Exporters.EdFi;
using static K12Sync.Exporters.Tests.EdFi.EdFiStage;
using static K12Sync.Exporters.Tests.Exports.PipelineStage;

namespace K12Sync.Exporters.Tests.EdFi;

public sealed class TardyEventsTests
{
    private static readonly EdFiTardyRules Rules = new(Categories, EdFiStudentId.StudentNumber);

    private static TardyLine At(string time, string period = "1", string code = "T", int late = 7, string student = "604822") =>
        Tardy(1, student, period, $"2025-10-01 {time}") with { ExternalCode = code, MinutesLate = late };

    private static string[] Map(EdFiTardyRules rules, params TardyLine[] day) => [.. TardyEvents.Of(day, School(), rules).Events.Select(e => Text(e.Event))];

    [Fact]
    public void Tardy_BecomesAnEvent_OfTheMinuteOfArrivalAndTheMinutesLate() =>
        Map(Rules, At("08:07:31")).Should().Equal("2025-10-01 Tardy 08:07:31-, 7 min");

    [Fact]
    public void TardiesOfADay_AreOneEventForEachCategory_WithTheFirstArrivalAndAllMinutes() =>
        Map(Rules, At("10:07:00", "3"), At("08:07:00", "1"), At("09:40:00", "2", "UA", 35)).Should().Equal(
            "2025-10-01 Tardy 08:07:00-, 14 min", "2025-10-01 Unexcused Absence 09:40:00-, 35 min");

    [Fact]
    public void Event_SaysWhichTardiesItTells_SoThatTheyCanBeSettled()
    {
        var (first, second, withdrawn) = (At("08:07:00"), At("09:07:00", "2"), At("10:07:00", "3") with { IsWithdrawn = true });

        var told = TardyEvents.Of([second, withdrawn, first], School(), Rules);

        told.Events.Should().ContainSingle().Which.Tells.Should().Equal(first, second);
        told.Stopped.Should().BeEmpty();
    }

    [Fact]
    public void Code_ThatIsNotInTheMap_StopsItsTardy_AndNoOther()
    {
        var unknown = At("09:07:00", "2", "t");

        var told = TardyEvents.Of([At("08:07:00"), unknown], School(), Rules);

        told.Events.Should().ContainSingle();
        told.Stopped.Should().Equal(new StoppedTardy(unknown, "The code 't' has no Ed-Fi category. Add it to the connector's categories."));
    }

    [Fact]
    public void SectionEvents_AreOneForEachSection_AndAnUnknownSectionStopsItsTardy()
    {
        var rules = Rules with { Sections = line => line.SisPeriodCode == "9" ? null : new EdFiSection("S" + line.SisPeriodCode, "MATH-03") };

        var told = TardyEvents.Of([At("08:07:00", "1"), At("09:07:00", "2"), At("10:07:00", "9")], School(), rules);

        told.Events.Select(e => e.Event.Key.Section!.SectionIdentifier).Should().Equal("S1", "S2");
        told.Events.Should().OnlyContain(e => e.Event.Key.Resource == "studentSectionAttendanceEvents");
        told.Stopped.Should().ContainSingle().Which.Reason.Should().StartWith("It is not known which section the student has in period 9.");
    }

    [Fact]
    public void StateId_IsSent_WhereEdFiKnowsStudentsByIt()
    {
        var rules = Rules with { StudentId = EdFiStudentId.StateId };

        TardyEvents.Of([At("08:07:00") with { StateId = "IN7" }], School(), rules).Events.Single().Event.Key.StudentUniqueId.Should().Be("IN7");
        TardyEvents.Of([At("08:07:00")], School(), rules).Stopped.Single().Reason.Should().StartWith("There is no Ed-Fi student id");
    }

    [Fact]
    public void TardiesOfTwoStudents_AreRefused() =>
        FluentActions.Invoking(() => Map(Rules, At("08:07:00"), At("08:07:00", student: "604823"))).Should().Throw<ArgumentException>().Which.Message.Should().NotContain("6048");

    [Fact]
    public void Texts_ShowNothingOfTheStudent()
    {
        var e = TardyEvents.Of([At("08:07:00")], School(), Rules).Events.Single().Event;

        $"{e} {e.Key} {new EdFiHeld(e.Key, null)}".Should().NotContain("604822");
    }
}
