using K12Sync.Api.BehaviorCodes;
using K12Sync.Data;
using K12Sync.Domain.BehaviorCodes;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Imports;

/// <summary>
/// <c>SchoolCode,Code,Name,Description,PassMessage,Type,ExternalCode,LatenessLadder</c>. SchoolCode blank: district-wide. External codes
/// are taken byte for byte; <paramref name="oddCharactersMeant"/> says that blanks and invisible characters in them are wanted.
/// </summary>
internal sealed class BehaviorCodesFile(K12SyncDb db, bool oddCharactersMeant) : IFileImport
{
    public string FileName => "behavior-codes.csv";

    public async Task ReadAsync(string path, FileReport report, CancellationToken cancellation)
    {
        using var table = CsvTable.Open(path, report, ["Code", "Name", "Type"], ["SchoolCode", "Description", "PassMessage", "ExternalCode", "LatenessLadder"]);
        var schools = await db.Schools.AsNoTracking().ToDictionaryAsync(s => s.Code, s => s.Id, StringComparer.Ordinal, cancellation);
        var codes = new BehaviorCodeOperations(db);
        while (table?.Read() == true)
        {
            var (school, code) = (table.Text("SchoolCode"), table.Text("Code"));
            if (school.Length > 0 && !schools.ContainsKey(school))
                table.Reject($"School '{school}' is not in schools.csv. Leave SchoolCode blank for a code of the whole district.");
            else if (BehaviorCode.CheckCode(code) is { } fault)
                table.Reject(fault);
            else if (Text(table, out var text) is { } reason)
                table.Reject(reason);
            else if (await codes.SaveAsync(school.Length > 0 ? schools[school] : null, code, text!, cancellation) is var saved && saved is SaveCodeResult.Done done)
                report.Count(done.What);
            else
                table.Reject(saved is SaveCodeResult.Refused refused ? refused.Fault.Reason : "Somebody else added the code at this moment. Import the file again.");
        }
    }

    private string? Text(CsvTable table, out BehaviorCodeText? text)
    {
        text = null;
        if (!Enum.TryParse<BehaviorType>(table.Text("Type"), ignoreCase: true, out var type) || !Enum.IsDefined(type) || !char.IsLetter(table.Text("Type")[0]))
            return $"Type is '{table.Text("Type")}'. It is one of {string.Join(", ", Enum.GetNames<BehaviorType>())}.";
        LatenessLadder? ladder = null;
        if (table.TextOrNull("LatenessLadder") is { } steps && (ladder = LatenessLadder.Parse(steps, out var fault)) is null)
            return fault;
        text = new BehaviorCodeText(table.Text("Name"), table.Text("Description"), table.Text("PassMessage"), type, table.TextOrNull("ExternalCode"), ladder, oddCharactersMeant);
        return null;
    }
}
