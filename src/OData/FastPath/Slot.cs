namespace K12Sync.OData.FastPath;

/// <summary>Where the value of an SQL parameter comes from.</summary>
internal enum SlotSource
{
    /// <summary>A literal lifted from the text.</summary>
    Literal,

    /// <summary>A named value of the caller.</summary>
    Caller,

    /// <summary>The shape itself: its text holds the value.</summary>
    Fixed,

    /// <summary>How many rows are read.</summary>
    Take,

    /// <summary>How many rows are passed over.</summary>
    Skip,

    /// <summary>A value of a continued page's place.</summary>
    Place,

    /// <summary>A column of the row that is being expanded.</summary>
    Parent,

    /// <summary>A column of all rows that are being expanded.</summary>
    Parents,
}

/// <summary>Where the value of a parameter comes from, and what becomes of it on the way.</summary>
/// <param name="Source">Where from.</param>
/// <param name="Number">Which literal, which value of the place, or which column of the link.</param>
/// <param name="Name">The name among the caller's values.</param>
/// <param name="Type">The type the value is read as.</param>
/// <param name="Derive">From the literal to the value compared with; null when they are the same.</param>
/// <param name="Store">From the view's value to the database's.</param>
/// <param name="Fixed">The value when it belongs to the shape itself.</param>
internal sealed record Slot(SlotSource Source, int Number, string? Name, Type Type, Func<object, object?>? Derive, Func<object, object> Store, object? Fixed)
{
    /// <summary>The value is known only when the rows above have been read.</summary>
    public bool IsOfParent => Source is SlotSource.Parent or SlotSource.Parents;

    /// <summary>The value for a request; null when what was given does not fit.</summary>
    public object? ValueFor(Shape request)
    {
        var value = Source switch
        {
            SlotSource.Literal => LiteralValue.Read(request.Literals[Number], Type),
            SlotSource.Caller => request.Caller.Values.GetValueOrDefault(Name!),
            SlotSource.Place => LiteralValue.ReadPlain(request.Place[Number], Type),
            SlotSource.Take => request.Cut.Take,
            SlotSource.Skip => request.Cut.Skip,
            _ => Fixed,
        };
        if (value is not null && Derive is not null)
            value = Derive(value);
        return value is null ? null : Store(value);
    }
}
