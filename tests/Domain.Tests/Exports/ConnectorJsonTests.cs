using K12Sync.Domain.Childcare;
using K12Sync.Domain.Exports;

namespace K12Sync.Domain.Tests.Exports;

public sealed class ConnectorJsonTests
{
    private const string Folder = "\"destination\": {\"type\": \"folder\", \"path\": \"outbox\"}";
    private const string Sftp = "\"destination\": {\"type\": \"sftp\", \"host\": \"sftp.sis.example\", \"user\": \"k12\", \"path\": \"incoming\"}";

    [Theory]
    [InlineData($$"""{{Folder}}""")]
    [InlineData($$"""{{Sftp}}""")]
    [InlineData("""
        "destination": {"type": "sftp", "host": "10.0.0.7", "port": 2222, "user": "k12", "path": "/in", "hostKeys": ["SHA256:abc", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmLkq0NGjEJvWmLrmAXbmTgFA sis"], "keyFile": "/etc/k12sync/id", "readBack": true}
        """)]
    [InlineData($$"""{{Folder}}, "schedule": {"at": ["06:30", "15:45"]}, "zone": "America/Chicago", "deliverBy": "16:00", "blackOuts": [{"from": "2026-12-21", "to": "2027-01-01"}]""")]
    [InlineData($$"""{{Folder}}, "schedule": {"everyMinutes": 15, "from": "08:00", "to": "16:00", "on": ["Tuesday"]}, "existingFile": "Cumulative", "doneFile": "{file}.done" """)]
    [InlineData($$"""{{Folder}}, "schedule": {"monthEnd": "18:00:30"}, "alertAfterSchoolHours": 7, "mostTimesUsual": 5, "expectsRows": true""")]
    [InlineData($$"""{{Folder}}, "schedule": {"cron": "0 30 6 ? * MON-FRI"}""")]
    public void Written_ReadsBackAsItWas(string settings)
    {
        var (name, definition) = ConnectorJson.ReadFile($$"""{"name": "sis", "layout": "k12sync-csv", {{settings}}}""");

        var again = ConnectorJson.Read(ConnectorJson.Write(definition));

        name.Should().Be("sis");
        again.Should().BeEquivalentTo(definition, o => o.RespectingRuntimeTypes());
        ConnectorJson.Write(again).Should().Be(ConnectorJson.Write(definition));
    }

    [Theory]
    [InlineData($$"""{{Folder}}, "colour": 1""", "*\"colour\" is not a setting of a connector. Known are name, layout*expectsRows.")]
    [InlineData("\"destination\": {\"type\": \"ftp\"}", "\"destination\" must be like*sftp*")]
    [InlineData("\"destination\": {\"type\": \"folder\", \"path\": \"out\", \"host\": \"h\"}", "\"destination\" must be like*")]
    [InlineData("\"destination\": {\"type\": \"sftp\", \"host\": \"-oProxyCommand=rm\", \"user\": \"u\", \"path\": \"p\"}", "\"host\" is missing or holds a character*")]
    [InlineData("\"destination\": {\"type\": \"sftp\", \"host\": \"h\", \"user\": \"u\\nHost x\", \"path\": \"p\"}", "\"user\" is missing or holds*")]
    [InlineData("\"destination\": {\"type\": \"sftp\", \"host\": \"h\", \"user\": \"u\", \"path\": \"p\", \"port\": 70000}", "\"port\" is 1 to 65535*")]
    [InlineData("\"destination\": {\"type\": \"sftp\", \"host\": \"h\", \"user\": \"u\", \"path\": \"p\", \"hostKeys\": [\"abc\"]}", "\"hostKeys\": 'abc' is neither*")]
    [InlineData($$"""{{Folder}}, "schedule": {"at": []}""", "\"schedule\" is one of*")]
    [InlineData($$"""{{Folder}}, "schedule": {"at": ["6.30"]}""", "*'6.30' is not a time of day. Write it like 06:30.*")]
    [InlineData($$"""{{Folder}}, "schedule": {"everyMinutes": 0}""", "\"schedule\" is one of*")]
    [InlineData($$"""{{Folder}}, "schedule": {"everyMinutes": 5, "from": "10:00", "to": "09:00"}""", "\"schedule\" is one of*")]
    [InlineData($$"""{{Folder}}, "schedule": {"at": ["06:00"], "cron": "x"}""", "\"schedule\" is one of*")]
    [InlineData($$"""{{Folder}}, "zone": "EST" """, "\"zone\": 'EST' is no IANA time zone*")]
    [InlineData($$"""{{Folder}}, "doneFile": "done" """, "\"doneFile\" must hold {file}*")]
    [InlineData($$"""{{Folder}}, "mostTimesUsual": 1""", "\"mostTimesUsual\"*")]
    [InlineData($$"""{{Folder}}, "blackOuts": [{"from": "2027-01-02", "to": "2027-01-01"}]""", "\"blackOuts\"*")]
    public void WrongSettings_SayWhatIsWrong(string settings, string message)
    {
        var act = () => ConnectorJson.ReadFile($$"""{"name": "sis", "layout": "k12sync-csv", {{settings}}}""");

        act.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void LanguageAndStarts_ReadBackAsTheyWere()
    {
        var (_, definition) = ConnectorJson.ReadFile("""{"name": "in", "destination": {"type": "indiana", "address": "https://agency.example/", "state": "IN", "language": "es", "startsOn": {"49-00124-C": "2026-10-11"}}}""");

        var destination = (AgencyDestinationDefinition)ConnectorJson.Read(ConnectorJson.Write(definition)).Destination;

        destination.Language.Should().Be(SpokenLanguage.Spanish);
        destination.StartsOn.Select(s => (s.Key, s.Value)).Should().Equal(("49-00124-C", new DateOnly(2026, 10, 11)));
    }

    [Theory]
    [InlineData("split", MidnightRule.Split)]
    [InlineData("carry", MidnightRule.Carry)]
    [InlineData(null, null)]
    public void OverMidnight_ReadsBackAsItWas(string? text, MidnightRule? rule)
    {
        var (_, definition) = ConnectorJson.ReadFile($$"""{"name": "tx", "destination": {"type": "kinderconnect", "address": "https://agency.example/", "state": "TX"{{(text is null ? "" : $", \"overMidnight\": \"{text}\"")}} } }""");

        ((AgencyDestinationDefinition)ConnectorJson.Read(ConnectorJson.Write(definition)).Destination).OverMidnight.Should().Be(rule);
    }

    [Theory]
    [InlineData("kinderconnect", "TX", "\"overMidnight\": \"Split\"", "\"overMidnight\" is \"split\", each date its own part of a stay, or \"carry\"*")]
    [InlineData("indiana", "IN", "\"overMidnight\": \"split\"", "\"overMidnight\": Indiana is told no times.*")]
    [InlineData("indiana", "IN", "\"language\": \"fr\"", "\"language\": what indiana tells people is there in \"en\" and \"es\".")]
    [InlineData("kinderconnect", "TX", "\"language\": \"es\"", "\"language\": what kinderconnect tells people is there in \"en\" only.")]
    [InlineData("indiana", "IN", "\"startsOn\": {\"49-00124-C\": \"2026-10-12\"}", "\"startsOn\": a service period begins on a Sunday.*")]
    [InlineData("kinderconnect", "TX", "\"startsOn\": {\"0040217\": \"2026-10-11\"}", "\"startsOn\" is for Indiana*")]
    public void LanguagesAndStarts_ThatCannotBe_SayWhy(string type, string state, string setting, string message)
    {
        var act = () => ConnectorJson.ReadFile($$"""{"name": "x", "destination": {"type": "{{type}}", "address": "https://agency.example/", "state": "{{state}}", {{setting}} } }""");

        act.Should().Throw<FormatException>().WithMessage(message);
    }
}
