using K12Sync.Api.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Pages.Questions;

/// <summary>The questions of support, ready to ask: to look at, to copy into a sheet, to give to Excel. Whose rows they are is decided where they are asked.</summary>
internal sealed class QuestionsPage(SignedIn me) : PersonPage(me)
{
    /// <summary>Comes in a form, never in an address.</summary>
    [BindProperty]
    public string? Student { get; set; }

    [BindProperty]
    public DateOnly? Day { get; set; }

    public IReadOnlyList<ReadyQuestion> Questions { get; private set; } = [];

    /// <summary>Where programs find the service.</summary>
    public string Root => $"{Request.Scheme}://{Request.Host}";

    public bool HasStudent => !string.IsNullOrWhiteSpace(Student);

    public Task OnGetAsync() => FillAsync();

    public Task OnPostAsync() => FillAsync();

    private async Task FillAsync()
    {
        // Of the whole district, so only for who reads all of it.
        var readsAll = Caller.Reads && Caller.Schools.IsAll;
        var latestRun = !readsAll ? null : await Me.Db.SyncRuns.OrderByDescending(r => r.Id).Select(r => (long?)r.Id).FirstOrDefaultAsync(Stopped);
        Day ??= !readsAll ? null : await Me.Db.TardyRecords.MaxAsync(r => (DateOnly?)r.Date, Stopped);
        Questions = [.. ReadyQuestion.All.Select(q => q.About(Student, Day, latestRun))];
    }
}
