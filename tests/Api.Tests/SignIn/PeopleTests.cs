using K12Sync.Api.CommandLine;
using K12Sync.Api.SignIn;
using K12Sync.Api.Tests.Jobs;
using K12Sync.Data.Access;
using K12Sync.Data.Tests;
using K12Sync.Tests.Servers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace K12Sync.Api.Tests.SignIn;

public sealed class PeopleOnSqlite(PostgresServer server) : PeopleTests(new Places(On.Sqlite, server));

public sealed class PeopleOnPostgres(PostgresServer server) : PeopleTests(new Places(On.Postgres, server));

/// <summary>The rules about people, links, tries and codes, by the operations that commands and pages call.</summary>
public abstract class PeopleTests(Places places) : IAsyncLifetime
{
    private const string Password = "three green kettles sing";
    private const string Email = "lee@district.example";
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly Passwords Passwords = new();

    private readonly SetClock _clock = new("2026-09-15 12:00Z");
    private readonly AuthenticatorSecrets _secrets = new(new EphemeralDataProtectionProvider());
    private TestPlace _place = null!;
    private Premises _premises = null!;
    private DistrictId _district;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private PersonOperations People => new(_place.Open(_district), _district, _clock);
    private LinkOperations Links => new(_place.Open(_district), Passwords, _clock);
    private SignInDesk Desk => new(_premises, Passwords, _secrets);

    public async ValueTask InitializeAsync()
    {
        _place = await places.MakeAsync();
        _premises = new Premises(Path.GetTempPath(), _place.Database, _clock);
        (_district, _) = await _place.DistrictAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<string> AddAsync(string email = Email, KeyRole role = KeyRole.Reporter, params string[] schools) =>
        (await People.AddAsync("Lee", email, role, schools, Day, Now)).Should().BeOfType<AddPersonResult.Added>().Which.Link;

    private async Task<PersonRow> WithPasswordAsync()
    {
        var link = await AddAsync();
        return (await Links.UseAsync(link, Password, Now)).Should().BeOfType<UseLinkResult.Done>().Which.Person;
    }

    private AccountOperations Account(PersonRow person) => new(_place.Open(_district), new PersonKey(_district, person.Id), Passwords, _secrets, _clock);

    [Fact]
    public async Task Link_IsGoodOnceAndForAWhile()
    {
        var (used, late) = (await AddAsync("a@district.example"), await AddAsync("b@district.example"));
        (await Links.LookAsync(used, Now)).Should().Be(new LinkState.OfPerson("Lee", "a@district.example"));
        (await Links.UseAsync(used, "short", Now)).Should().BeOfType<UseLinkResult.Weak>();

        (await Links.UseAsync(used, Password, Now)).Should().BeOfType<UseLinkResult.Done>();
        (await Links.UseAsync(used, Password, Now)).Should().BeOfType<UseLinkResult.Gone>("once");
        _clock.Now += Day - TimeSpan.FromTicks(1);
        (await Links.LookAsync(late, Now)).Should().BeOfType<LinkState.OfPerson>();
        _clock.Now += TimeSpan.FromTicks(1);
        (await Links.UseAsync(late, Password, Now)).Should().BeOfType<UseLinkResult.Gone>("the instant of expiry is too late");
        (await Links.LookAsync(SignInLinkText.Make(_district), Now)).Should().BeOfType<LinkState.Gone>();
        (await _place.Open(_district).SignInLinks.AsNoTracking().Select(l => l.Hash).ToListAsync(Now)).Should().NotContain(used).And.OnlyContain(h => h.Length == 64);
    }

    [Fact]
    public async Task Link_IsUsedByOne_WhenTenTryAtOnce()
    {
        var link = await AddAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Links.UseAsync(link, Password, Now), Now)));

        results.OfType<UseLinkResult.Done>().Should().ContainSingle();
        results.OfType<UseLinkResult.Gone>().Should().HaveCount(9);
    }

    [Fact]
    public async Task FirstPerson_IsOne_HoweverManyLinksThereAre()
    {
        var first = (await People.FirstLinkAsync(Day, Now))!.Text;
        var second = (await People.FirstLinkAsync(Day, Now))!.Text;
        (await Links.UseAsync(first, Password, Now)).Should().BeOfType<UseLinkResult.Gone>("it is nobody's yet");

        var results = await Task.WhenAll(new[] { (first, "a"), (second, "b") }.Select(l => Task.Run(() => Links.BeginAsync(l.Item1, "Dana", $"{l.Item2}@district.example", Password, Now), Now)));

        results.OfType<UseLinkResult.Done>().Should().ContainSingle().Which.Person.Role.Should().Be(KeyRole.DistrictIT);
        results.OfType<UseLinkResult.Gone>().Should().ContainSingle();
        (await People.FirstLinkAsync(Day, Now)).Should().BeNull("there is somebody");
    }

    [Fact]
    public async Task Address_IsOnePersons_InAllDistrictsTogether()
    {
        await AddAsync("Lee@District.example");
        var (other, _) = await _place.DistrictAsync("Elsewhere");

        (await new PersonOperations(_place.Open(other), other, _clock).AddAsync("Another", "lee@district.EXAMPLE", KeyRole.Reporter, [], Day, Now)).Should().BeOfType<AddPersonResult.EmailTaken>();
        (await _place.Open(other).SignInLinks.CountAsync(Now)).Should().Be(0, "nothing of it is stored");
        (await _place.Open(other).People.CountAsync(Now)).Should().Be(0, "nobody is seen across the border");
        (await People.RemoveAsync("lee@district.example", Now)).Should().BeTrue();
        (await new PersonOperations(_place.Open(other), other, _clock).AddAsync("Another", "lee@district.example", KeyRole.Reporter, [], Day, Now)).Should().BeOfType<AddPersonResult.Added>("who was removed holds no address");
        (await People.ListAsync(Now)).Should().BeEmpty();
    }

    [Fact]
    public async Task Tries_ThatComeAtOnce_AreAllCounted()
    {
        await WithPasswordAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(() => Desk.ByPasswordAsync(Email, $"wrong guess number {i}", Now), Now)));

        results.OfType<SignInOutcome.Out>().Count(o => o.Why == "password").Should().Be(SignInTries.Most, "no guess beyond the tenth is looked at");
        results.OfType<SignInOutcome.Out>().Count(o => o.Why == "too many tries").Should().Be(15);
        (await Desk.ByPasswordAsync(Email, Password, Now)).Should().BeOfType<SignInOutcome.Out>("the pause is for the right one too");
        _clock.Now += SignInTries.Pause;
        (await Desk.ByPasswordAsync(Email.ToUpperInvariant(), Password, Now)).Should().BeOfType<SignInOutcome.In>();
    }

    [Fact]
    public async Task Code_IsTakenOnce_AndTryingCodesEndsInAPause()
    {
        var person = await WithPasswordAsync();
        var secret = TimeCodes.NewSecret();
        var step = _clock.Now.ToUnixTimeSeconds() / 30;
        (await Account(person).AddAuthenticatorAsync(secret, TimeCodes.At(secret, step + 5), Now)).Should().BeNull();
        var codes = await Account(person).AddAuthenticatorAsync(secret, TimeCodes.At(secret, step), Now);
        codes.Should().HaveCount(10);
        (await _place.Open(_district).People.Select(p => p.AuthenticatorSecret + p.RecoveryHashes).SingleAsync(Now)).Should().NotContainAny(secret, codes![0]);
        async Task<SignInOutcome.CodeNeeded> HalfWayAsync() => (await Desk.ByPasswordAsync(Email, Password, Now)).Should().BeOfType<SignInOutcome.CodeNeeded>().Which;
        async Task<SignInOutcome> ByCodeAsync(string code) => await HalfWayAsync() is var half ? await Desk.ByCodeAsync(half.Key, half.Person.Stamp, code, Now) : null!;

        (await ByCodeAsync(TimeCodes.At(secret, step))).Should().BeOfType<SignInOutcome.Out>("it confirmed the app");
        var half = await HalfWayAsync();
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Desk.ByCodeAsync(half.Key, half.Person.Stamp, TimeCodes.At(secret, step + 1), Now), Now)));
        atOnce.OfType<SignInOutcome.In>().Should().ContainSingle("a code is good for one time");
        var half2 = await HalfWayAsync();
        (await Desk.ByRecoveryCodeAsync(half2.Key, half2.Person.Stamp, codes[3], Now)).Should().BeOfType<SignInOutcome.In>();
        var half3 = await HalfWayAsync();
        (await Desk.ByRecoveryCodeAsync(half3.Key, half3.Person.Stamp, codes[3], Now)).Should().BeOfType<SignInOutcome.Out>();
        (await Desk.ByCodeAsync(half3.Key, "another stamp", TimeCodes.At(secret, step + 1), Now)).Should().BeOfType<SignInOutcome.Out>();
        for (var i = 0; i < SignInTries.Most; i++)
            if (await Desk.ByPasswordAsync(Email, Password, Now) is SignInOutcome.CodeNeeded again)
                await Desk.ByCodeAsync(again.Key, again.Person.Stamp, "000000", Now);
        (await Desk.ByPasswordAsync(Email, Password, Now)).Should().BeOfType<SignInOutcome.Out>("giving the right password anew forgives no code");
    }

    [Fact]
    public async Task Reset_EndsPasswordPasskeysSessionsAndEarlierLinks_AndKeepsTheCodes()
    {
        var person = await WithPasswordAsync();
        var secret = TimeCodes.NewSecret();
        await Account(person).AddAuthenticatorAsync(secret, TimeCodes.At(secret, _clock.Now.ToUnixTimeSeconds() / 30), Now);
        (await Account(person).AddPasskeyAsync(new PasskeyFacts([1, 2], [3], "phone", ["internal"], [4], [5], 0, true, true, false), Now)).Should().BeTrue();
        (await Account(person).AddPasskeyAsync(new PasskeyFacts([1, 2], [3], "again", [], [4], [5], 0, true, true, false), Now)).Should().BeFalse("it is there already");
        var door = new PersonDoor(_premises);
        (await door.FindAsync(new PersonKey(_district, person.Id), person.Stamp, Now)).Should().NotBeNull();
        var (first, second) = (await People.ResetAsync(Email, false, Day, Now), await People.ResetAsync(Email, false, Day, Now));

        (await new PersonDoor(_premises).FindAsync(new PersonKey(_district, person.Id), person.Stamp, Now)).Should().BeNull("sessions end");
        (await Desk.ByPasswordAsync(Email, Password, Now)).Should().BeOfType<SignInOutcome.Out>();
        (await _place.Open(_district).Passkeys.CountAsync(Now)).Should().Be(0);
        (await Links.UseAsync(first!.Text, Password, Now)).Should().BeOfType<UseLinkResult.Gone>();
        (await Links.UseAsync(second!.Text, Password, Now)).Should().BeOfType<UseLinkResult.Done>().Which.Person.HasAuthenticator.Should().BeTrue("the phone was not lost");
        await People.ResetAsync(Email, true, Day, Now);
        (await _place.Open(_district).People.SingleAsync(Now)).Should().Match<PersonRow>(p => !p.HasAuthenticator && p.RecoveryCodesLeft == 0);
    }

    [Fact]
    public async Task Support_IsMasked_UntilTheDistrictGrantsItForATime()
    {
        await AddAsync(role: KeyRole.Support);
        var person = await _place.Open(_district).People.SingleAsync(Now);
        async Task<bool> IsMaskedAsync() => (await new PersonDoor(_premises).FindAsync(new PersonKey(_district, person.Id), person.Stamp, Now))!.SeesStudentsMasked;

        (await IsMaskedAsync()).Should().BeTrue();
        (await People.ShowStudentsAsync(Email, TimeSpan.FromHours(1), Now)).Should().BeOfType<ShowPersonResult.Shown>();
        (await IsMaskedAsync()).Should().BeFalse();
        _clock.Now += TimeSpan.FromHours(1);
        (await IsMaskedAsync()).Should().BeTrue("the instant at which it ends is too late");
    }

    [Fact]
    public async Task Role_NeedsItsSchools_AsAKeyDoes()
    {
        (await People.AddAsync("Lee", Email, KeyRole.Office, [], Day, Now)).Should().BeOfType<AddPersonResult.SchoolNeeded>();
        (await People.AddAsync("Lee", Email, KeyRole.SchoolAdmin, ["XXX"], Day, Now)).Should().Be(new AddPersonResult.NoSuchSchool("XXX"));
        await AddAsync(Email, KeyRole.SchoolAdmin, "LHS");

        var person = await _place.Open(_district).People.SingleAsync(Now);
        var caller = PersonDoor.CallerOf(person, _district, _clock.Now);
        caller.Edits(person.Schools.One).Should().BeTrue();
        (caller.Edits(null), caller.RunsConnectors, caller.ReadsAudit, caller.KeyId).Should().Be((false, false, false, null));
        (await new PersonDoor(_premises).FindAsync(new PersonKey(new DistrictId(_district.Value + 1), person.Id), person.Stamp, Now)).Should().BeNull("of another district there is nobody of that number");
    }

    [Fact]
    public async Task ProgramKeys_AreEverybodysAndNoDistricts()
    {
        var ring = new ProgramKeyRing(new ProgramKeys(_place.Database));
        ring.StoreElement(new System.Xml.Linq.XElement("key", "1"), "one");

        new ProgramKeyRing(new ProgramKeys(_place.Database)).GetAllElements().Should().ContainSingle().Which.Value.Should().Be("1");
        (await _place.Open(_district).SecretKeys.CountAsync(Now)).Should().Be(0);
    }
}
