using System.Globalization;
using K12Sync.Domain.Childcare;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Exports;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Tests.Childcare;

public sealed class AgencyTextsTests
{
    public static TheoryData<SpokenLanguage> Languages => [.. Enum.GetValues<SpokenLanguage>()];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Language_HasEveryPhrase_AndNoOther(SpokenLanguage language) =>
        AgencyTexts.Of(language).Names.Should().BeEquivalentTo(Enum.GetNames<Phrase>());

    [Theory]
    [MemberData(nameof(Languages))]
    public void Phrase_HasTheSamePlaceholders_InEveryLanguage(SpokenLanguage language)
    {
        foreach (var phrase in Enum.GetNames<Phrase>())
            AgencyTexts.Of(language).PlaceholdersOf(phrase).Should().Equal(AgencyTexts.English.PlaceholdersOf(phrase), phrase);
    }

    [Fact]
    public void Spanish_IsNotEnglish() =>
        Enum.GetValues<Phrase>().Where(p => AgencyTexts.English.PlaceholdersOf($"{p}").Count == 0 && AgencyTexts.English.Say(p) == AgencyTexts.Of(SpokenLanguage.Spanish).Say(p)).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Languages))]
    public void ValuesThatTablesShow_HaveWords_InEveryLanguage(SpokenLanguage language)
    {
        var texts = AgencyTexts.Of(language);
        string[] words =
        [
            .. Words<AttendanceKind>(texts), .. Words<DayReadiness>(texts), .. Words<SyncRunStatus>(texts), .. Words<BatchStatus>(texts), .. Words<HoldReason>(texts), .. Words<TestOutcome>(texts),
            .. StateProfiles.All.SelectMany(p => p.Counters).Select(c => texts.Limit(c.Name)),
        ];

        words.Should().OnlyContain(w => w.Length > 0 && !Enum.GetNames<Phrase>().Contains(w));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void FindingOfADay_HasASentenceOfItsOwn_InEveryLanguage(SpokenLanguage language) =>
        Enum.GetValues<FindingKind>().Select(k => AgencyTexts.Of(language).Of(k)).Should().OnlyHaveUniqueItems();

    [Fact]
    public void ChildDay_IsDescribedInEnglish_AsItSaysItself()
    {
        var from = new DateTimeOffset(2026, 9, 14, 13, 0, 0, TimeSpan.Zero);
        AttendanceDay[] days =
        [
            new AttendanceDay.Attended([new CareSpan(1, "", from, null, false)]), new AttendanceDay.Attended([new CareSpan(1, "", from, from.AddMinutes(485), false)]), new AttendanceDay.Absence(1, AbsenceCode.Illness),
            new AttendanceDay.Closure(1, ClosureCode.Paid), new AttendanceDay.OffDay(1), .. Enum.GetValues<UnknownReason>().Select(r => new AttendanceDay.Unknown(r)),
        ];

        days.Select(d => AgencyTexts.English.Of(d)).Should().Equal(days.Select(d => d.Reason));
        days.Select(d => AgencyTexts.Of(SpokenLanguage.Spanish).Of(d)).Should().Contain("Atendido durante 8:05 h.").And.NotIntersectWith(days.Select(d => d.Reason));
    }

    private static IEnumerable<string> Words<T>(AgencyTexts texts) where T : struct, Enum => Enum.GetValues<T>().Select(texts.Word);

    [Fact]
    public void Values_AreWrittenTheSameWay_WhateverTheCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("es-US");
            AgencyTexts.Of(SpokenLanguage.Spanish).Say(Phrase.IndianaDueSoon, ("from", new DateOnly(2026, 9, 13)), ("to", new DateOnly(2026, 9, 26)), ("due", new DateOnly(2026, 10, 10)), ("days", 1200)).Should()
                .Be("El período de servicio del 2026-09-13 al 2026-09-26 no se ha enviado; vence a la medianoche del sábado 2026-10-10 (días que quedan: 1200).");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void EmptyList_IsSaidToBeNone() =>
        AgencyTexts.Of(SpokenLanguage.Spanish).Say(Phrase.IndianaRosterDiffers, ("ours", Array.Empty<string>()), ("theirs", new[] { "IN-1", "IN-2" })).Should().Contain("Solo aquí: ninguno. Solo en la lista del estado: IN-1, IN-2.");

    [Fact]
    public void PlaceholderWithoutValue_IsRefused()
    {
        var say = () => AgencyTexts.English.Say(Phrase.TooLate);

        say.Should().Throw<ArgumentException>().WithMessage("TooLate has no value for {days}.*");
    }
}
