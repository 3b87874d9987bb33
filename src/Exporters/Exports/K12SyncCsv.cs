using CsvHelper;
using K12Sync.Domain.Exports;

namespace K12Sync.Exporters.Exports;

/// <summary>
/// The product's own layout and the default: RFC 4180, UTF-8 without BOM, CRLF after every row, one header, quotes only where needed.
/// </summary>
/// <remarks>
/// <para>Values are byte for byte those of the record; nothing is trimmed, cut or escaped for spreadsheets. <c>SchoolCode</c> is the district's own
/// code, <c>Date</c> is the school's day, <c>IssuedAt</c> carries the school's offset and a fraction of a second only if the pass has one.</para>
/// <para>Correction mode <i>Replace</i>: the rows of a school and date are all its tardies and take the place of whatever was there. A withdrawn
/// record has no row. A school-day left without any is one row with <c>SchoolCode</c> and <c>Date</c> and every other field empty:
/// "no tardies on this day". A school-day that is not in the file has not changed.</para>
/// </remarks>
public sealed class K12SyncCsv : ILayout
{
    // ".FFFFFFF" writes the fraction without trailing zeros, and neither point nor digits for a whole second.
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz";
    private const string DateFormat = "yyyy-MM-dd";

    private static readonly string[] Header =
        ["SchoolCode", "StudentNumber", "Date", "Period", "SisPeriodCode", "ExternalCode", "MinutesLate", "PassId", "IssuedAt"];

    private static readonly FileNamePattern DistrictFile = Pattern("tardies_{date:yyyyMMdd}_{run}.csv");
    private static readonly FileNamePattern SchoolFile = Pattern("{school}_tardies_{date:yyyyMMdd}_{run}.csv");

    private K12SyncCsv()
    {
    }

    /// <summary>The one instance.</summary>
    public static K12SyncCsv Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "k12sync-csv";

    /// <inheritdoc/>
    public FileNamePattern DefaultFileName(FileScope scope) => scope == FileScope.School ? SchoolFile : DistrictFile;

    /// <inheritdoc/>
    public LineFault? FindFault(TardyLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        // All that a withdrawn record may leave in the file is its school and date.
        return line.IsWithdrawn
            ? EncodableText.FindFault("school code", line.SchoolCode)
            : EncodableText.FindFault("school code", line.SchoolCode)
              ?? EncodableText.FindFault("student number", line.StudentNumber)
              ?? EncodableText.FindFault("period name", line.PeriodName)
              ?? EncodableText.FindFault("SIS period code", line.SisPeriodCode)
              ?? EncodableText.FindFault("external code", line.ExternalCode)
              ?? EncodableText.FindFault("pass id", line.PassId);
    }

    /// <inheritdoc/>
    public IDayWriter Begin(Stream output) => new Writer(output);

    private static FileNamePattern Pattern(string pattern) =>
        FileNamePattern.Parse(pattern, out var reason) ?? throw new InvalidOperationException(reason);

    private sealed class Writer : IDayWriter
    {
        private readonly CsvWriter _csv;

        public Writer(Stream output)
        {
            _csv = CsvWriter.Create(output, CsvWriterOptions.Default, leaveOpen: true);
            _csv.WriteHeader(Header);
        }

        public int Write(IReadOnlyList<TardyLine> day)
        {
            var rows = 0;
            foreach (var line in day)
            {
                if (line.IsWithdrawn)
                    continue;
                WriteRecord(line);
                rows++;
            }
            if (rows > 0)
                return rows;
            WriteEmptyDay(day[0]);
            return 1;
        }

        public void Dispose() => _csv.Dispose();

        private void WriteRecord(TardyLine line)
        {
            _csv.WriteField(line.SchoolCode);
            _csv.WriteField(line.StudentNumber);
            _csv.WriteField(line.Date, DateFormat);
            _csv.WriteField(line.PeriodName);
            _csv.WriteField(line.SisPeriodCode);
            _csv.WriteField(line.ExternalCode);
            _csv.WriteField(line.MinutesLate, default);
            _csv.WriteField(line.PassId);
            _csv.WriteField(line.IssuedAt, InstantFormat);
            _csv.EndRecord();
        }

        private void WriteEmptyDay(TardyLine line)
        {
            _csv.WriteField(line.SchoolCode);
            _csv.WriteField("");
            _csv.WriteField(line.Date, DateFormat);
            for (var column = 3; column < Header.Length; column++)
                _csv.WriteField("");
            _csv.EndRecord();
        }
    }
}
