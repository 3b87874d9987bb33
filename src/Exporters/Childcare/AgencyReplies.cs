using System.Diagnostics;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;
using K12Sync.Exporters.Childcare.Texts;

namespace K12Sync.Exporters.Childcare;

/// <summary>From what a client of an agency answers to what a run does about it, in words for people. The agency's own words stay beside the child-day.</summary>
internal static class AgencyReplies
{
    /// <summary>How a submission ended.</summary>
    public static AgencyReply Of<T>(AgencyAnswer<T> answer, StateProfile profile, Func<T, (IEnumerable<DayAnswer> Days, string? ReceiptId)> read, AgencyTexts? texts = null) => OfIn(answer, profile, read, texts ?? AgencyTexts.English);

    private static AgencyReply OfIn<T>(AgencyAnswer<T> answer, StateProfile profile, Func<T, (IEnumerable<DayAnswer> Days, string? ReceiptId)> read, AgencyTexts texts) => answer switch
    {
        AgencyAnswer<T>.Answered(var value, _) when read(value) is var (days, receipt) => Ended(answer, true, days, null, receipt, profile, texts),
        AgencyAnswer<T>.Rejected(_, var says, var days, _) => Ended(answer, false, days,
            new DayEnd("", null, DayEndKind.Rejected, texts.Say(Phrase.TookNothing), says), null, profile, texts),
        AgencyAnswer<T>.AlreadySubmitted(var says, _) => Ended(answer, false, [], Closed(texts.Say(Phrase.SubmittedBefore), says, profile), null, profile, texts),
        AgencyAnswer<T>.LockedByState(var says, _) => Ended(answer, false, [], Closed(texts.Say(Phrase.ClosedByAgency), says, profile), null, profile, texts),
        AgencyAnswer<T>.Unknown(var reason, _) => new AgencyReply.Unknown(reason),
        AgencyAnswer<T>.Garbled(var reason, _) => new AgencyReply.Unknown(texts.Say(Phrase.UnknownEnd, ("reason", reason))),
        _ => new AgencyReply.NotTaken(TroubleOf(answer, texts)),
    };

    /// <summary>Why a question was not answered.</summary>
    public static AgencyTrouble TroubleOf<T>(AgencyAnswer<T> answer, AgencyTexts? texts = null) => TroubleIn(answer, texts ?? AgencyTexts.English);

    private static AgencyTrouble TroubleIn<T>(AgencyAnswer<T> answer, AgencyTexts texts) => answer switch
    {
        AgencyAnswer<T>.CredentialsRefused(var says, _) => new AgencyTrouble(AgencyTroubleKind.NotLetIn, texts.Say(Phrase.CredentialsRefused, ("says", Quoted(says)))),
        AgencyAnswer<T>.InactiveProvider(var says, _) => new AgencyTrouble(AgencyTroubleKind.NotLetIn, texts.Say(Phrase.InactiveProvider, ("says", Quoted(says)))),
        AgencyAnswer<T>.TryAgain(var reason, var after, _) => new AgencyTrouble(AgencyTroubleKind.MayMend, reason, after),
        AgencyAnswer<T>.Unknown(var reason, _) => new AgencyTrouble(AgencyTroubleKind.MayMend, reason),
        AgencyAnswer<T>.Garbled(var reason, _) => new AgencyTrouble(AgencyTroubleKind.Unreadable, reason),
        AgencyAnswer<T>.Rejected(var code, _, _, _) => new AgencyTrouble(AgencyTroubleKind.Unreadable, texts.Say(Phrase.QuestionRefused, ("code", code))),
        AgencyAnswer<T>.AlreadySubmitted or AgencyAnswer<T>.LockedByState => new AgencyTrouble(AgencyTroubleKind.Unreadable, texts.Say(Phrase.QuestionClosed)),
        _ => throw new UnreachableException(),
    };

    private static AgencyReply.Ended Ended<T>(AgencyAnswer<T> answer, bool isTaken, IEnumerable<DayAnswer> days, DayEnd? otherwise, string? receipt, StateProfile profile, AgencyTexts texts) =>
        new(new SubmissionEnd(isTaken, [.. days.Select(d => End(d, profile, texts))], otherwise) { ReceiptId = receipt, Response = answer.Exchange.Response });

    private static DayEnd Closed(string reason, string says, StateProfile profile) => new("", null, DayEndKind.Closed, WithRoute(reason, profile), says);

    private static DayEnd End(DayAnswer day, StateProfile profile, AgencyTexts texts)
    {
        var (kind, reason) = day.Verdict switch
        {
            DayVerdict.Accepted => (DayEndKind.Accepted, null),
            DayVerdict.NameMismatch => (DayEndKind.Rejected, texts.Say(Phrase.OtherName)),
            DayVerdict.NotAuthorized => (DayEndKind.Rejected, texts.Say(Phrase.NotAuthorizedThere)),
            DayVerdict.AlreadySubmitted => (DayEndKind.Closed, WithRoute(texts.Say(Phrase.SubmittedBefore), profile)),
            DayVerdict.LockedByState => (DayEndKind.Closed, WithRoute(texts.Say(Phrase.ReadOnly), profile)),
            DayVerdict.Rejected => (DayEndKind.Rejected, texts.Say(Phrase.DayNotTaken)),
            _ => throw new UnreachableException(),
        };
        return new DayEnd(day.ChildId, day.Date, kind, reason, day.Says.Length == 0 ? null : day.Says);
    }

    private static string WithRoute(string reason, StateProfile profile) => profile.CorrectionRoute is { } route ? $"{reason} {route}" : reason;

    /// <summary>The end of a sentence with the agency's words; it has one end, theirs or ours. What agencies say of credentials and ids names no child.</summary>
    private static string Quoted(string says) => says switch
    {
        "" => ".",
        [.., '.' or '!' or '?' or '…'] => $": \"{says}\"",
        _ => $": \"{says}\".",
    };
}
