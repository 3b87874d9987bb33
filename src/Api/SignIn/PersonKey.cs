using System.Globalization;
using K12Sync.Data.Access;

namespace K12Sync.Api.SignIn;

/// <summary>A person, with the district that the row is to be looked for in: <c>7_12</c> is number 12, of district 7.</summary>
internal readonly record struct PersonKey(DistrictId District, long Id)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null: it did not.</summary>
    public static PersonKey? Read(string? text) =>
        text?.Split('_') is [var district, var id] && Number(district) is { } d && Number(id) is { } i ? new PersonKey(new DistrictId(d), i) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{District.Value}_{Id}");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
