using System.Xml;
using System.Xml.Schema;
using K12Sync.Exporters.EdFi;

namespace K12Sync.Exporters.Tests.EdFi;

/// <summary>The published schema of the data standard, as a judge of files.</summary>
internal static class EdFiSchema
{
    private static readonly Lazy<XmlSchemaSet> Schemas = new(() =>
    {
        var schemas = new XmlSchemaSet { XmlResolver = new XmlUrlResolver() };
        schemas.Add(EdFiInterchange.Namespace, PathOf("Interchange-StudentAttendance.xsd"));
        schemas.Compile();
        return schemas;
    });

    /// <summary>A file of the Alliance.</summary>
    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "EdFi", "Standard", file);

    /// <summary>What is wrong with a file, first of all that it is of another namespace; empty: it is valid. And how many events it has.</summary>
    public static (List<string> Faults, int Events) Judge(Stream file)
    {
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Schemas.Value };
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, fault) => faults.Add($"{fault.Exception.LineNumber}: {fault.Message}");
        using var reader = XmlReader.Create(file, settings);
        var events = 0;
        while (reader.Read())
        {
            if (reader is { NodeType: XmlNodeType.Element, Depth: 0 } && (reader.LocalName != "InterchangeStudentAttendance" || reader.NamespaceURI != EdFiInterchange.Namespace))
                faults.Add("It is no InterchangeStudentAttendance.");
            events += reader is { NodeType: XmlNodeType.Element, Depth: 1 } ? 1 : 0;
        }
        return (faults, events);
    }
}
