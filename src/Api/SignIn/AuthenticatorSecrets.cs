using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace K12Sync.Api.SignIn;

/// <summary>Encrypts what authenticator apps share with us, each for one person: a row copied to another opens nothing.</summary>
internal sealed class AuthenticatorSecrets(IDataProtectionProvider keys)
{
    private static readonly TimeSpan OfferIsGoodFor = TimeSpan.FromMinutes(30);

    /// <summary>As it is stored.</summary>
    public string Seal(PersonKey who, string secret) => Protector(who).Protect(secret);

    /// <summary>In the clear; null: the keys it was encrypted by are gone.</summary>
    public string? Open(PersonKey who, string stored)
    {
        try
        {
            return Protector(who).Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A new secret that is shown and not stored yet, as a form takes it along.</summary>
    public string Offer(PersonKey who, string secret) => Offers(who).Protect(secret, OfferIsGoodFor);

    /// <summary>What was offered; null: to somebody else, or half an hour ago.</summary>
    public string? Accept(PersonKey who, string offer)
    {
        try
        {
            return Offers(who).Unprotect(offer);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(PersonKey who) => keys.CreateProtector("K12Sync.Authenticator", who.ToString());

    private ITimeLimitedDataProtector Offers(PersonKey who) => keys.CreateProtector("K12Sync.AuthenticatorOffer", who.ToString()).ToTimeLimitedDataProtector();
}
