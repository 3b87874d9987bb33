using System.Text.RegularExpressions;

namespace K12Sync.EndToEnd.Childcare;

/// <summary>The sample owner in Indiana once more, with people who read Spanish: what commands print about the connector. What stays English is within quotes: commands to type, and the agency's own words.</summary>
public sealed partial class SpanishTests
{
    private const string License = "49-00123-C";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task JourneyOfAnOwner_PrintsNoEnglish_WhenTheConnectorSpeaksSpanish()
    {
        await using var readme = await SampleReadme.OpenAsync("Indiana");
        await SpeakSpanishAsync(readme);
        await readme.NextAsync("k12sync import");
        var english = new List<string>();
        async Task<string> SaysAsync(string line, int code = 0)
        {
            var ran = await readme.RunAsync(line);
            ran.ExitCode.Should().Be(code, $"{line}: {ran.Err}{ran.Out}");
            english.AddRange((ran.Out + ran.Err).Split('\n').Where(l => English().IsMatch(Quoted().Replace(l, ""))).Select(l => $"{line}: {l}"));
            return ran.Out + ran.Err;
        }

        (await SaysAsync("k12sync connector add sample-data/childcare/indiana.json")).Should().StartWith("Se agregó el conector indiana:");
        (await SaysAsync("k12sync connector change sample-data/childcare/indiana.json")).Should().Contain("no se cambió nada");
        (await SaysAsync("k12sync connector test indiana", 1)).Should().Contain("Se prueba indiana de IN en http").And.Contain($"FALLA   {License}");
        // The first secret makes the machine's key file, which is the business of whoever runs the machine.
        (await readme.RunAsync("echo wrong-key | k12sync connector secret indiana")).Out.Should().StartWith("Se guardó");
        (await SaysAsync("k12sync connector test indiana", 1)).Should().Contain("La agencia no acepta la contraseña o clave");
        (await SaysAsync("echo indiana-key-2026 | k12sync connector secret indiana")).Should().Contain("Se guardó: contraseña del conector indiana.").And.Contain("puede ejecutarse de nuevo");
        (await SaysAsync("k12sync connector test indiana")).Should().Contain($"bien    {License} (Maple Street): Registrado.");
        await SaysAsync("k12sync indiana status --connector indiana");
        await SaysAsync($"k12sync indiana start --connector indiana --license {License} --on 2026-10-12", 1);
        await SaysAsync("k12sync children match --state IN");
        await SaysAsync("k12sync children unlink 0301 --state IN", 1);
        await SaysAsync("k12sync children link 0303 IN-9 --state IN");
        await SaysAsync("k12sync children unlink 0303 --state IN");
        (await SaysAsync("k12sync attendance --site MAP")).Should().Contain("Atendido durante 8:30 h.").And.Contain("asistió");
        (await SaysAsync("k12sync attendance limits --state IN")).Should().Contain("ausencias ocasionales");
        (await SaysAsync("k12sync transfers send --child 0301 --date 2026-09-14", 1)).Should().Contain("El estado acepta el período de servicio entero");
        (await SaysAsync("k12sync transfers send --child 9999 --date 2026-09-14", 1)).Should().Contain("Ninguno de sus niños tiene este número.");
        (await SaysAsync("k12sync export --connector indiana --dry-run", 1)).Should().Contain("depende de lo que ella tenga en sus listas");

        var export = await SaysAsync("k12sync export --connector indiana", 2);
        export.Should().MatchRegex(@"Entregado: .*, a indiana de IN en .*: 15 filas, \d+ bytes, SHA-256 [0-9A-F]{64}\.").And.MatchRegex(@"Ejecución 1, terminada con algo en espera: ");
        (await SaysAsync("k12sync transfers --connector indiana")).Should().Contain("transferido").And.Contain("día libre");
        (await SaysAsync("k12sync submissions list --connector indiana")).Should().Contain("entregado");
        await SaysAsync("k12sync submissions review --connector indiana", 1);
        (await SaysAsync("k12sync files list --connector indiana")).Should().Contain("entregado");
        (await SaysAsync("k12sync files confirm 1", 1)).Should().Contain("Se sabe dónde está el archivo 1");
        (await SaysAsync("k12sync connector pause indiana --until 2027-01-31")).Should().Contain("en pausa hasta el final del 2027-01-31");
        await SaysAsync("k12sync connector resume indiana");
        await SaysAsync("k12sync connector release indiana");

        var rows = await readme.RunAsync("k12sync transfers --connector indiana --format csv");
        rows.Lines[0].Should().StartWith("Child,Site,Date,State,Status,Reason", "programs read it");
        rows.Out.Should().Contain(",OffDay,Transferred,");

        await SaysAsync("k12sync connector remove indiana");
        english.Should().BeEmpty();
    }

    private static async Task SpeakSpanishAsync(SampleReadme readme)
    {
        var file = Path.Combine(readme.Folder, "sample-data", "childcare", "indiana.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Now)).Replace("\"state\": \"IN\"", "\"state\": \"IN\", \"language\": \"es\"", StringComparison.Ordinal), Now);
    }

    /// <summary>Words that a sentence or a heading in English has, and none in Spanish.</summary>
    [GeneratedRegex(@"\b(the|is|are|was|were|of|and|not|nothing|with|for|to|by|its?|goes|sent|held|run|child(ren)?|days?|state|status|site|date|reason|where|why|delivered|transferred|attended|absence|closure|connector|stored|testing|failed|already|says)\b", RegexOptions.IgnoreCase)]
    private static partial Regex English();

    [GeneratedRegex("'k12sync [^']*'|\"[^\"]*\"|http\\S*|^k12sync: ", RegexOptions.Multiline)]
    private static partial Regex Quoted();
}
