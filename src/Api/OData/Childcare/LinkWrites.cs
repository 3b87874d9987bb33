using K12Sync.Api.Childcare;
using K12Sync.Api.OData.Views;
using K12Sync.Api.OData.Writes;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.OData.Childcare;

/// <summary>Links of children by hand. They do not change: another id is another POST.</summary>
internal static class LinkWrites
{
    public static async Task<ODataResult> CreateAsync(Change<ChildLinkView> change)
    {
        var (given, http) = (change.ToView(), change.Context);
        return ChildcareWriting.MayNot(http) ?? await Writing.RunAsync(http, null, null, async (work, stop) =>
        {
            var isNew = !await work.Db.ChildLinks.AnyAsync(l => l.State == given.State && l.ChildNumber == given.ChildNumber, stop);
            var answer = await work.ChildLinks.LinkAsync(given.ChildNumber, given.State, given.AgencyChildId, stop);
            if (answer is not ChildLinkAnswer.Done)
                return Refusal(answer, given.State);
            var id = await work.Db.ChildLinks.Where(l => l.State == given.State && l.ChildNumber == given.ChildNumber).Select(l => l.Id).SingleAsync(stop);
            return isNew ? new ODataResult.Created(id) : new ODataResult.Saved(id);
        });
    }

    public static async Task<ODataResult> DeleteAsync(Change<ChildLinkView> change)
    {
        var (id, http) = ((long)change.Key[0]!, change.Context);
        return ChildcareWriting.MayNot(http) ?? await Writing.RunAsync(http, change.ExpectedVersion, db => db.ChildLinks.Where(l => l.Id == id).Select(l => EF.Property<long>(l, Stamps.Version)), async (work, stop) =>
        {
            var link = await work.Db.ChildLinks.AsNoTracking().SingleAsync(l => l.Id == id, stop);
            var answer = await work.ChildLinks.UnlinkAsync(link.ChildNumber, link.State, stop);
            return answer is ChildLinkAnswer.Done ? new ODataResult.Done() : Refusal(answer, link.State);
        });
    }

    private static ODataResult Refusal(ChildLinkAnswer answer, string state)
    {
        var why = ChildLinkOperations.WhyNot(answer, state)!;
        return answer switch
        {
            ChildLinkAnswer.TakenByAnother => new ODataResult.Conflict(why, nameof(ChildLinkView.AgencyChildId)),
            ChildLinkAnswer.LinkedByItself => new ODataResult.Conflict(why, nameof(ChildLinkView.Origin)),
            ChildLinkAnswer.NoSuchState => Writing.Invalid(nameof(ChildLinkView.State), why),
            ChildLinkAnswer.NoSuchId => Writing.Invalid(nameof(ChildLinkView.AgencyChildId), why),
            ChildLinkAnswer.NotLinked => new ODataResult.NotFound(),
            _ => Writing.Invalid(nameof(ChildLinkView.ChildNumber), why),
        };
    }
}
