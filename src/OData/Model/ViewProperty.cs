using System.Linq.Expressions;
using System.Reflection;
using Microsoft.OData.Edm;
using K12Sync.OData.Writing;

namespace K12Sync.OData.Model;

/// <summary>What kind of value a property holds.</summary>
internal enum PropertyShape
{
    Primitive,
    Enum,
    Complex,
}

/// <summary>One property of a view: its CLR side and its EDM side.</summary>
internal sealed class ViewProperty(PropertyInfo info, PropertyShape shape, Type elementType, bool isCollection, bool isNullable, StructuredView? complex)
{
    public string Name => info.Name;
    public System.Text.Json.JsonEncodedText EncodedName { get; } = System.Text.Json.JsonEncodedText.Encode(info.Name);
    public PropertyInfo Clr => info;
    public PropertyShape Shape => shape;
    public Type Type => info.PropertyType;

    /// <summary>The type of the value, or of one element of a collection, without Nullable.</summary>
    public Type ElementType => elementType;

    public bool IsCollection => isCollection;
    public bool IsNullable { get; set; } = isNullable;
    public bool IsKey { get; set; }
    public bool IsReadOnly { get; set; }
    public string? Description { get; set; }
    public Func<string, string>? Mask { get; set; }

    /// <summary>The view of a complex value or element; null for others.</summary>
    public StructuredView? Complex => complex;

    public bool IsScalar => !isCollection && shape != PropertyShape.Complex;
    /// <summary>What conditions ask instead of the property itself; null for the property itself.</summary>
    public PropertyInfo? Asked { get; set; }

    public IEdmStructuralProperty Edm { get; set; } = null!;
    public ColumnWriter Writer { get; } = ColumnWriter.For(info, isCollection, elementType, complex);
}

/// <summary>A CLR class shown as an entity or complex type.</summary>
internal sealed class StructuredView(Type type, string name)
{
    private Dictionary<string, ViewProperty> _byName = [];

    public Type Type => type;
    public string Name => name;
    public EdmStructuredType EdmType { get; set; } = null!;
    public IReadOnlyList<ViewProperty> Properties { get; private set; } = [];

    public void Fill(IEnumerable<ViewProperty> properties)
    {
        Properties = [.. properties];
        _byName = Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>Takes a property out of what is shown.</summary>
    public void Hide(ViewProperty property) => Fill(Properties.Where(p => p != property));

    public ViewProperty? Find(string propertyName) => _byName.GetValueOrDefault(propertyName);

    /// <summary>The property a lambda names, as in <c>book => book.Title</c>.</summary>
    public ViewProperty Find(Expression body)
    {
        while (body is UnaryExpression { NodeType: ExpressionType.Convert } convert)
            body = convert.Operand;
        return body is MemberExpression { Member: PropertyInfo property } && Find(property.Name) is { } found
            ? found
            : throw new ArgumentException($"{body} does not name a property of {type.Name}.");
    }
}
