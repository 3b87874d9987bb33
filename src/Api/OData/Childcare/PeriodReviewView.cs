using K12Sync.Api.Childcare;
using K12Sync.Domain.Childcare;
using K12Sync.Exporters.Childcare;

namespace K12Sync.Api.OData.Childcare;

/// <summary>What submitting a pay period would do.</summary>
internal sealed class PeriodReviewView
{
    public string ConnectorName { get; init; } = "";
    public string ProviderId { get; init; } = "";
    public string ProviderName { get; init; } = "";
    public DateOnly From { get; init; }
    public DateOnly To { get; init; }

    /// <summary>Null: the agency does not let the provider in.</summary>
    public PayPeriodState? State { get; init; }

    /// <summary>Why the agency does not let the provider in.</summary>
    public string? Trouble { get; init; }

    /// <summary>What whoever submits it certifies.</summary>
    public string? Wording { get; init; }

    public int Goes { get; init; }
    public int Children { get; init; }
    public int Blocking { get; init; }
    public int LeftOut { get; init; }
    public int Submitted { get; init; }
    public IReadOnlyList<PeriodRowView> Rows { get; init; } = [];
    public IReadOnlyList<PayPeriodView> Periods { get; init; } = [];

    public static PeriodReviewView Of(PeriodReview review) => new()
    {
        ConnectorName = review.Connector,
        ProviderId = review.ProviderId,
        ProviderName = review.ProviderName,
        From = review.Days.From,
        To = review.Days.To,
        State = review.State,
        Trouble = review.Trouble,
        Wording = review.Wording,
        Goes = review.Goes,
        Children = review.Children,
        Blocking = review.Blocking,
        LeftOut = review.LeftOut,
        Submitted = review.Submitted,
        Rows = [.. review.Rows.Select(r => new PeriodRowView
        {
            ChildNumber = r.ChildNumber, SiteCode = r.SiteCode, Date = r.Date, State = r.State, Minutes = r.Minutes, Units = r.Units, Status = r.StatusText, Fate = r.Fate, Reason = r.Reason, ToDo = r.ToDo,
        })],
        Periods = [.. review.Periods.Select(p => new PayPeriodView { From = p.Days.From, To = p.Days.To, State = p.State, ToSubmit = p.ToSubmit, Blocking = p.Blocking, Submitted = p.Submitted })],
    };
}

/// <summary>A child-day of the review. Status: <c>-</c> where the Provider ID is wrong, <c>Unapproved</c>, <c>Approved</c>.</summary>
internal sealed class PeriodRowView
{
    public string ChildNumber { get; init; } = "";
    public string SiteCode { get; init; } = "";
    public DateOnly Date { get; init; }
    public AttendanceKind State { get; init; }
    public int Minutes { get; init; }
    public string Units { get; init; } = "";
    public string Status { get; init; } = "";
    public PeriodRowFate Fate { get; init; }
    public string? Reason { get; init; }
    public string? ToDo { get; init; }
}

/// <summary>A period of the agency's.</summary>
internal sealed class PayPeriodView
{
    public DateOnly From { get; init; }
    public DateOnly To { get; init; }
    public PayPeriodState State { get; init; }
    public int ToSubmit { get; init; }
    public int Blocking { get; init; }
    public int Submitted { get; init; }
}
