using System.Xml.Linq;
using K12Sync.Data.Access;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace K12Sync.Api.SignIn;

/// <summary>The keys that cookies and forms are encrypted by, where every node has them.</summary>
internal sealed class ProgramKeyRing(ProgramKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. keys.Read().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) => keys.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
