using K12Sync.Api.SignIn;

namespace K12Sync.Api.Tests.SignIn;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("three green kettles sing")]
    [InlineData("vrdgtwmhkqzxplf")]
    [InlineData("drei grüne Kessel singen")]
    [InlineData("снег идёт в мае каждый год")]
    [InlineData("password kettle umbrella seven")]
    public void Password_IsTaken_WhenItIsLongAndNobodysFirstGuess(string password) => PasswordRules.Fault(password, "Dana Reyes", "dana@district.example").Should().BeNull();

    [Theory]
    [InlineData("", "0 characters")]
    [InlineData("fourteen chars", "14 characters")]
    [InlineData("👍👍👍👍👍👍👍👍👍👍👍👍👍👍", "14 characters")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", "repeats")]
    [InlineData("abcabcabcabcabcabc", "repeats")]
    [InlineData("passwordpassword123", "guessed first")]
    [InlineData("Password1234567890!", "guessed first")]
    [InlineData("qwertyuiopasdfghjkl", "guessed first")]
    [InlineData("abcdefghijklmnopqrs", "guessed first")]
    [InlineData("dana.reyes@district", "guessed first")]
    [InlineData("CorrectHorseBatteryStaple", "guessed first")]
    public void Password_IsRefused_WhenItIsShortOrEverybodysGuess(string password, string reason) => PasswordRules.Fault(password, "Dana Reyes", "dana@district.example").Should().Contain(reason);

    [Fact]
    public void Password_IsRefused_WhenHashingItWouldBeWorkForNothing() => PasswordRules.Fault(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i} ")), "Dana").Should().Contain("256");

    [Fact]
    public void Hash_FitsThePasswordAlone_HoweverItsLettersAreComposed()
    {
        var passwords = new Passwords();
        var person = new Data.Access.PersonRow("Dana", "dana@district.example", Data.Access.KeyRole.Reporter, Data.Access.SchoolSet.All, DateTimeOffset.UnixEpoch);
        passwords.Fits(person, "").Should().BeFalse("there is none");
        passwords.Fits(null, "whatever it is").Should().BeFalse();
        person.SetPassword(passwords.Hash("drei gr\u00fcne Kessel"));

        passwords.Fits(person, "drei gru\u0308ne Kessel").Should().BeTrue();
        passwords.Fits(person, "drei grune Kessel").Should().BeFalse();
        passwords.Fits(person, new string('x', 5_000_000)).Should().BeFalse();
        person.PasswordHash.Should().NotContain("Kessel");
    }
}
