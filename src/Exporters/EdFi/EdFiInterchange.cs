using System.Globalization;
using System.Text;
using System.Xml;

namespace K12Sync.Exporters.EdFi;

/// <summary>
/// Writes <c>InterchangeStudentAttendance</c> files of the Ed-Fi data standard 5.2. However many events there are, only a few are in memory.
/// </summary>
public static class EdFiInterchange
{
    /// <summary>The namespace of the data standard that is written.</summary>
    public const string Namespace = "http://ed-fi.org/5.2.0";

    private const int FlushAt = 64 * 1024;

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, IndentChars = "\t", NewLineChars = "\n",
    };

    /// <summary>Writes a file, and says how many events are in it. None: nothing is written, for the standard has no empty file.</summary>
    /// <param name="into">Left open.</param>
    /// <param name="events">In any order; each key once, or the file says two things of one event.</param>
    /// <param name="cancellation">Leaves a part of a file behind.</param>
    public static async Task<int> WriteAsync(Stream into, IAsyncEnumerable<EdFiEvent> events, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentNullException.ThrowIfNull(events);
        using var buffer = new MemoryStream();
        using var xml = XmlWriter.Create(buffer, Settings);
        var count = 0;
        await foreach (var e in events.WithCancellation(cancellation))
        {
            if (count++ == 0)
                xml.WriteStartElement("InterchangeStudentAttendance", Namespace);
            Write(xml, e);
            if (buffer.Length > FlushAt)
                await MoveAsync(buffer, into, cancellation);
        }
        if (count == 0)
            return 0;
        xml.WriteEndElement();
        xml.Flush();
        await MoveAsync(buffer, into, cancellation);
        return count;
    }

    private static async Task MoveAsync(MemoryStream from, Stream into, CancellationToken cancellation)
    {
        await into.WriteAsync(from.GetBuffer().AsMemory(0, (int)from.Length), cancellation);
        from.SetLength(0);
    }

    private static void Write(XmlWriter xml, EdFiEvent e)
    {
        var key = e.Key;
        xml.WriteStartElement(key.Section is null ? "StudentSchoolAttendanceEvent" : "StudentSectionAttendanceEvent");
        WriteWhat(xml, e);
        WriteReference(xml, "Student", () => xml.WriteElementString("StudentUniqueId", key.StudentUniqueId));
        if (key.Section is { } section)
            WriteReference(xml, "Section", () => WriteSection(xml, section, key));
        else
        {
            WriteSchool(xml, key);
            WriteSession(xml, key);
        }
        WriteUnlessNull(xml, key.Section is null ? "SchoolAttendanceDuration" : "SectionAttendanceDuration", e.Minutes?.ToString(CultureInfo.InvariantCulture));
        WriteUnlessNull(xml, "ArrivalTime", e.Arrival?.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        WriteUnlessNull(xml, "DepartureTime", e.Departure?.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    private static void WriteWhat(XmlWriter xml, EdFiEvent e)
    {
        xml.WriteStartElement("AttendanceEvent");
        xml.WriteElementString("EventDate", e.Key.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        xml.WriteElementString("AttendanceEventCategory", e.Key.Category);
        WriteUnlessNull(xml, "AttendanceEventReason", e.Reason);
        WriteUnlessNull(xml, "EventDuration", e.PartOfDay?.ToString("0.##", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    private static void WriteSection(XmlWriter xml, EdFiSection section, EdFiEventKey key)
    {
        xml.WriteElementString("SectionIdentifier", section.SectionIdentifier);
        WriteReference(xml, "CourseOffering", () =>
        {
            xml.WriteElementString("LocalCourseCode", section.LocalCourseCode);
            WriteSchool(xml, key);
            WriteSession(xml, key);
        });
    }

    private static void WriteSession(XmlWriter xml, EdFiEventKey key) => WriteReference(xml, "Session", () =>
    {
        xml.WriteElementString("SessionName", key.Term.SessionName);
        xml.WriteElementString("SchoolYear", string.Create(CultureInfo.InvariantCulture, $"{key.Term.SchoolYear - 1}-{key.Term.SchoolYear}"));
        WriteSchool(xml, key);
    });

    private static void WriteSchool(XmlWriter xml, EdFiEventKey key) =>
        WriteReference(xml, "School", () => xml.WriteElementString("SchoolId", key.SchoolId.ToString(CultureInfo.InvariantCulture)));

    private static void WriteReference(XmlWriter xml, string to, Action identity)
    {
        xml.WriteStartElement(to + "Reference");
        xml.WriteStartElement(to + "Identity");
        identity();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteUnlessNull(XmlWriter xml, string name, string? value)
    {
        if (value is not null)
            xml.WriteElementString(name, value);
    }
}
