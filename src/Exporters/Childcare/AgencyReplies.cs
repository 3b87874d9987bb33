using System.Diagnostics;
using K12Sync.Domain.Childcare.States;
using K12Sync.Domain.Childcare.Submissions;

namespace K12Sync.Exporters.Childcare;

/// <summary>From what a client of an agency answers to what a run does about it, in words for people. The agency's own words stay beside the child-day.</summary>
internal static class AgencyReplies
{
    /// <summary>How a submission ended.</summary>
    public static AgencyReply Of<T>(AgencyAnswer<T> answer, StateProfile profile, Func<T, (IEnumerable<DayAnswer> Days, string? ReceiptId)> read) => answer switch
    {
        AgencyAnswer<T>.Answered(var value, _) when read(value) is var (days, receipt) => Ended(answer, true, days, null, receipt, profile),
        AgencyAnswer<T>.Rejected(_, var says, var days, _) => Ended(answer, false, days,
            new DayEnd("", null, DayEndKind.Rejected, "The agency took nothing of the submission; what it says is beside it.", says), null, profile),
        AgencyAnswer<T>.AlreadySubmitted(var says, _) => Ended(answer, false, [], Closed("It was submitted before, and can be only once.", says, profile), null, profile),
        AgencyAnswer<T>.LockedByState(var says, _) => Ended(answer, false, [], Closed("The agency has closed it: it was passed on to the state, or is not this connection's to write.", says, profile), null, profile),
        AgencyAnswer<T>.Unknown(var reason, _) => new AgencyReply.Unknown(reason),
        AgencyAnswer<T>.Garbled(var reason, _) => new AgencyReply.Unknown($"{reason} Whether it took what was sent is not known."),
        _ => new AgencyReply.NotTaken(TroubleOf(answer)),
    };

    /// <summary>Why a question was not answered.</summary>
    public static AgencyTrouble TroubleOf<T>(AgencyAnswer<T> answer) => answer switch
    {
        AgencyAnswer<T>.CredentialsRefused(var says, _) => new AgencyTrouble(AgencyTroubleKind.NotLetIn, $"The agency does not accept the password or key{Quoted(says)}. It is not tried again, so that the agency does not lock the account."),
        AgencyAnswer<T>.InactiveProvider(var says, _) => new AgencyTrouble(AgencyTroubleKind.NotLetIn, $"The agency knows no active provider of this id{Quoted(says)}. Compare it with the agency's own list, digit by digit."),
        AgencyAnswer<T>.TryAgain(var reason, var after, _) => new AgencyTrouble(AgencyTroubleKind.MayMend, reason, after),
        AgencyAnswer<T>.Unknown(var reason, _) => new AgencyTrouble(AgencyTroubleKind.MayMend, reason),
        AgencyAnswer<T>.Garbled(var reason, _) => new AgencyTrouble(AgencyTroubleKind.Unreadable, reason),
        AgencyAnswer<T>.Rejected(var code, _, _, _) => new AgencyTrouble(AgencyTroubleKind.Unreadable, $"The agency refused the question ({code})."),
        AgencyAnswer<T>.AlreadySubmitted or AgencyAnswer<T>.LockedByState => new AgencyTrouble(AgencyTroubleKind.Unreadable, "The agency has closed it."),
        _ => throw new UnreachableException(),
    };

    private static AgencyReply.Ended Ended<T>(AgencyAnswer<T> answer, bool isTaken, IEnumerable<DayAnswer> days, DayEnd? otherwise, string? receipt, StateProfile profile) =>
        new(new SubmissionEnd(isTaken, [.. days.Select(d => End(d, profile))], otherwise) { ReceiptId = receipt, Response = answer.Exchange.Response });

    private static DayEnd Closed(string reason, string says, StateProfile profile) => new("", null, DayEndKind.Closed, WithRoute(reason, profile), says);

    private static DayEnd End(DayAnswer day, StateProfile profile)
    {
        var (kind, reason) = day.Verdict switch
        {
            DayVerdict.Accepted => (DayEndKind.Accepted, null),
            DayVerdict.NameMismatch => (DayEndKind.Rejected, "The agency knows the child by another name. Compare first, middle and last name with its list."),
            DayVerdict.NotAuthorized => (DayEndKind.Rejected, "The agency has no authorization that covers the day."),
            DayVerdict.AlreadySubmitted => (DayEndKind.Closed, WithRoute("It was submitted before, and can be only once.", profile)),
            DayVerdict.LockedByState => (DayEndKind.Closed, WithRoute("The agency has passed the day on to the state, so it is read-only.", profile)),
            DayVerdict.Rejected => (DayEndKind.Rejected, "The agency did not take the day; what it says is beside it."),
            _ => throw new UnreachableException(),
        };
        return new DayEnd(day.ChildId, day.Date, kind, reason, day.Says.Length == 0 ? null : day.Says);
    }

    private static string WithRoute(string reason, StateProfile profile) => profile.CorrectionRoute is { } route ? $"{reason} {route}" : reason;

    /// <summary>What agencies say of credentials and ids names no child.</summary>
    private static string Quoted(string says) => says.Length == 0 ? "" : $": \"{says}\"";
}
