using System.Collections;
using System.Reflection;
using Microsoft.OData.Edm;

namespace K12Sync.OData.Model;

/// <summary>The classes and enums a model shows, found by reflection once, when a set is declared.</summary>
internal sealed class ViewTypes(string @namespace)
{
    private static readonly Dictionary<Type, EdmPrimitiveTypeKind> Primitives = new()
    {
        [typeof(string)] = EdmPrimitiveTypeKind.String,
        [typeof(bool)] = EdmPrimitiveTypeKind.Boolean,
        [typeof(byte)] = EdmPrimitiveTypeKind.Byte,
        [typeof(short)] = EdmPrimitiveTypeKind.Int16,
        [typeof(int)] = EdmPrimitiveTypeKind.Int32,
        [typeof(long)] = EdmPrimitiveTypeKind.Int64,
        [typeof(float)] = EdmPrimitiveTypeKind.Single,
        [typeof(double)] = EdmPrimitiveTypeKind.Double,
        [typeof(decimal)] = EdmPrimitiveTypeKind.Decimal,
        [typeof(Guid)] = EdmPrimitiveTypeKind.Guid,
        [typeof(DateOnly)] = EdmPrimitiveTypeKind.Date,
        [typeof(TimeOnly)] = EdmPrimitiveTypeKind.TimeOfDay,
        [typeof(DateTimeOffset)] = EdmPrimitiveTypeKind.DateTimeOffset,
        [typeof(TimeSpan)] = EdmPrimitiveTypeKind.Duration,
        [typeof(byte[])] = EdmPrimitiveTypeKind.Binary,
    };

    private readonly Dictionary<Type, StructuredView> _structured = [];
    private readonly Dictionary<Type, EdmEnumType> _enums = [];
    private readonly NullabilityInfoContext _nullability = new();

    public IEnumerable<StructuredView> AllStructured => _structured.Values;
    public IEnumerable<EdmEnumType> AllEnums => _enums.Values;

    public StructuredView Structured(Type type)
    {
        if (_structured.TryGetValue(type, out var known))
            return known;
        var name = type.Name.EndsWith("View", StringComparison.Ordinal) ? type.Name[..^4] : type.Name;
        var view = new StructuredView(type, name);
        _structured.Add(type, view);
        view.Fill(type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p is { CanRead: true, CanWrite: true }).Select(Describe));
        return view;
    }

    public static EdmPrimitiveTypeKind? Primitive(Type type) => Primitives.TryGetValue(type, out var kind) ? kind : null;

    /// <summary>The EDM type of a CLR type: primitive, enum, complex, or a collection of one of them.</summary>
    public IEdmTypeReference Reference(Type type, bool nullable)
    {
        if (ElementOfCollection(type) is { } element)
            return new EdmCollectionTypeReference(new EdmCollectionType(Reference(element, false)));
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (Primitive(bare) is { } kind)
            return Scalar(kind, nullable);
        if (bare.IsEnum)
            return new EdmEnumTypeReference(EnumOf(bare), nullable);
        return Structured(bare).EdmType switch
        {
            EdmComplexType complex => new EdmComplexTypeReference(complex, nullable),
            EdmEntityType entity => new EdmEntityTypeReference(entity, nullable),
            _ => throw new InvalidOperationException($"{type} is not part of the model."),
        };
    }

    /// <summary>The element type when <paramref name="type"/> is a collection; text and bytes are not.</summary>
    public static Type? ElementOfCollection(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || !typeof(IEnumerable).IsAssignableFrom(type)
            ? null
            : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    public EdmEnumType EnumOf(Type type)
    {
        if (_enums.TryGetValue(type, out var known))
            return known;
        var made = new EdmEnumType(@namespace, type.Name, isFlags: type.IsDefined(typeof(FlagsAttribute)));
        foreach (var name in Enum.GetNames(type))
            made.AddMember(name, new EdmEnumMemberValue(Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)));
        _enums.Add(type, made);
        return made;
    }

    // Absent facets mean "no fraction" to a strict reader, so precision and scale are written out.
    private static EdmTypeReference Scalar(EdmPrimitiveTypeKind kind, bool nullable)
    {
        var type = EdmCoreModel.Instance.GetPrimitiveType(kind);
        return kind switch
        {
            EdmPrimitiveTypeKind.Decimal => new EdmDecimalTypeReference(type, nullable, null, null),
            EdmPrimitiveTypeKind.DateTimeOffset or EdmPrimitiveTypeKind.TimeOfDay or EdmPrimitiveTypeKind.Duration =>
                new EdmTemporalTypeReference(type, nullable, 7),
            EdmPrimitiveTypeKind.String => new EdmStringTypeReference(type, nullable),
            EdmPrimitiveTypeKind.Binary => new EdmBinaryTypeReference(type, nullable),
            _ => new EdmPrimitiveTypeReference(type, nullable),
        };
    }

    private ViewProperty Describe(PropertyInfo property)
    {
        var element = ElementOfCollection(property.PropertyType);
        var bare = element ?? property.PropertyType;
        var underlying = Nullable.GetUnderlyingType(bare) ?? bare;
        var nullable = Nullable.GetUnderlyingType(bare) is not null
            || (!bare.IsValueType && _nullability.Create(property).ReadState != NullabilityState.NotNull);
        if (Primitive(underlying) is not null)
            return new ViewProperty(property, PropertyShape.Primitive, underlying, element is not null, nullable, null);
        if (!underlying.IsEnum)
            return new ViewProperty(property, PropertyShape.Complex, underlying, element is not null, nullable, Structured(underlying));
        EnumOf(underlying);
        return new ViewProperty(property, PropertyShape.Enum, underlying, element is not null, nullable, null);
    }
}
