using K12Sync.Api.Childcare;
using K12Sync.Domain.Childcare.Counters;

namespace K12Sync.Api.OData.Childcare;

/// <summary>A child of either side, and what is known of it on the other.</summary>
internal sealed class ChildMatchView
{
    public string State { get; init; } = "";
    public MatchSide Side { get; init; }
    public string Id { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string MiddleName { get; init; } = "";
    public string LastName { get; init; } = "";
    public DateOnly? BirthDate { get; init; }
    public bool IsListed { get; init; }
    public MatchStatus Status { get; init; }
    public string? OtherId { get; init; }
    public bool ByHand { get; init; }
    public IReadOnlyList<MatchCandidateView> Candidates { get; init; } = [];
    public string Sentence { get; init; } = "";

    /// <param name="line">What is known.</param>
    /// <param name="mask">What the caller sees of a text that says who a child is; null: all of it.</param>
    public static ChildMatchView Of(ChildMatchLine line, string? mask) => new()
    {
        State = line.State,
        Side = line.Side,
        Id = mask ?? line.Id,
        FirstName = mask ?? line.Facts.FirstName,
        MiddleName = mask ?? line.Facts.MiddleName,
        LastName = mask ?? line.Facts.LastName,
        BirthDate = mask is null ? line.Facts.BirthDate : null,
        IsListed = line.IsListed,
        Status = line.Status,
        OtherId = line.OtherId is null ? null : mask ?? line.OtherId,
        ByHand = line.ByHand,
        Candidates = [.. line.Candidates.Select(c => new MatchCandidateView { Id = mask ?? c.Id, FirstName = mask ?? c.Facts.FirstName, MiddleName = mask ?? c.Facts.MiddleName })],
        Sentence = line.Sentence,
    };
}

/// <summary>A child that it may be; last name and birth date are the same.</summary>
internal sealed class MatchCandidateView
{
    public string Id { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string MiddleName { get; init; } = "";
}

/// <summary>Where a count stands.</summary>
internal sealed class DayLimitView
{
    public string ChildNumber { get; init; } = "";
    public long SiteId { get; init; }
    public string State { get; init; } = "";
    public string Rule { get; init; } = "";
    public CounterPeriod Period { get; init; }
    public DateOnly? From { get; init; }
    public DateOnly To { get; init; }
    public int Count { get; init; }
    public int Limit { get; init; }
    public int Left { get; init; }
    public bool IsExceeded { get; init; }
    public IReadOnlyList<LimitNoticeView> Notices { get; init; } = [];

    public static DayLimitView Of(LimitLine line, string? mask) => new()
    {
        ChildNumber = mask ?? line.ChildNumber,
        SiteId = line.SiteId,
        State = line.State,
        Rule = line.Reading.Rule.Name,
        Period = line.Reading.Rule.Period,
        From = line.Reading.From == DateOnly.MinValue ? null : line.Reading.From,
        To = line.Reading.To,
        Count = line.Reading.Count,
        Limit = line.Reading.Limit,
        Left = line.Reading.Left,
        IsExceeded = line.Reading.IsExceeded,
        Notices = [.. line.Reading.Notices.Select(n => new LimitNoticeView { Threshold = n.Threshold, On = n.On })],
    };
}

/// <summary>A threshold, and the day on which the count came to it.</summary>
internal sealed class LimitNoticeView
{
    public int Threshold { get; init; }
    public DateOnly On { get; init; }
}
