using Microsoft.EntityFrameworkCore.Storage;

namespace K12Sync.OData.Translation;

/// <summary>The name of a type, where nothing more is needed: the value is used inside SQL, or read by the provider's own reader.</summary>
internal sealed class PlainMapping : RelationalTypeMapping
{
    public PlainMapping(string storeType, Type clrType)
        : base(storeType, clrType)
    {
    }

    private PlainMapping(RelationalTypeMappingParameters parameters)
        : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new PlainMapping(parameters);
}
