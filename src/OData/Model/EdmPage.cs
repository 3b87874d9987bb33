using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Vocabularies;
using Microsoft.OData.Edm.Vocabularies.V1;

namespace K12Sync.OData.Model;

/// <summary>Writes the declarations down as an EDM with its annotations.</summary>
internal static class EdmPage
{
    public static IEdmModel Write(string @namespace, ViewTypes types, List<EntitySet> sets, List<Operation> operations)
    {
        var model = new EdmModel();
        var container = new EdmEntityContainer(@namespace, "Container");
        foreach (var made in types.AllEnums)
            model.AddElement(made);
        DeclareTypes(model, @namespace, types, sets);
        foreach (var set in sets)
            set.EdmSet = container.AddEntitySet(set.Name, set.EdmType);
        DeclareLinks(sets);
        foreach (var operation in sets.SelectMany(s => s.Operations))
            model.AddElement(Declare(@namespace, types, operation));
        foreach (var operation in operations)
        {
            model.AddElement(Declare(@namespace, types, operation));
            Import(container, operation);
        }
        model.AddElement(container);
        EdmAnnotations.Write(model, container);
        foreach (var set in sets)
            EdmAnnotations.Write(model, set);
        foreach (var operation in operations.Concat(sets.SelectMany(s => s.Operations)))
            EdmAnnotations.Describe(model, operation.Edm, operation.Summary);
        return model;
    }

    private static void DeclareTypes(EdmModel model, string @namespace, ViewTypes types, List<EntitySet> sets)
    {
        var entities = sets.Select(s => s.View).ToHashSet();
        var all = types.AllStructured.ToList();
        foreach (var view in all)
        {
            view.EdmType = entities.Contains(view) ? new EdmEntityType(@namespace, view.Name) : new EdmComplexType(@namespace, view.Name);
            model.AddElement((IEdmSchemaElement)view.EdmType);
        }
        foreach (var property in all.SelectMany(v => v.Properties, (view, property) => (view, property)))
        {
            var nullable = property.property.IsNullable && !property.property.IsCollection;
            property.property.Edm = property.view.EdmType.AddStructuralProperty(property.property.Name, types.Reference(property.property.Type, nullable));
        }
        foreach (var set in sets.DistinctBy(s => s.View))
            set.EdmType.AddKeys(set.Key.Select(p => p.Edm));
    }

    private static void DeclareLinks(List<EntitySet> sets)
    {
        foreach (var link in sets.SelectMany(s => s.Links))
        {
            var back = link.To.Links.Find(other => other.To == link.From && other != link && other.ToMany != link.ToMany
                && other.Columns.Select(c => (c.There, c.Here)).SequenceEqual(link.Columns));
            link.Partner = back?.Name;
            if (link.From.EdmType.FindProperty(link.Name) is null)
                DeclareLink(link, back);
            link.From.EdmSet.AddNavigationTarget((IEdmNavigationProperty)link.From.EdmType.FindProperty(link.Name), link.To.EdmSet);
        }
    }

    private static void DeclareLink(Link link, Link? back)
    {
        var end = EndOf(link);
        if (back is not null && back != link && back.To.EdmType.FindProperty(link.Name) is null)
            link.From.EdmType.AddBidirectionalNavigation(end, EndOf(back));
        else
            link.From.EdmType.AddUnidirectionalNavigation(end);
    }

    private static EdmNavigationPropertyInfo EndOf(Link link) => new()
    {
        Name = link.Name,
        Target = link.To.EdmType,
        TargetMultiplicity = link.ToMany ? EdmMultiplicity.Many : EdmMultiplicity.ZeroOrOne,
    };

    private static EdmOperation Declare(string @namespace, ViewTypes types, Operation operation)
    {
        var returns = ReturnOf(types, operation);
        var bound = operation.BoundTo is not null;
        operation.Edm = operation.IsAction
            ? new EdmAction(@namespace, operation.Name, returns, bound, null)
            : new EdmFunction(@namespace, operation.Name, returns ?? throw new InvalidOperationException($"Function {operation.Name} returns nothing."), bound, null, false);
        if (operation.BoundTo is { } set)
        {
            IEdmTypeReference entity = new EdmEntityTypeReference(set.EdmType, false);
            operation.Edm.AddParameter("bindingParameter", operation.BoundToSet ? new EdmCollectionTypeReference(new EdmCollectionType(entity)) : entity);
        }
        foreach (var parameter in operation.Parameters)
            operation.Edm.AddParameter(parameter.Name, types.Reference(parameter.Type, parameter.IsOptional));
        return operation.Edm;
    }

    private static IEdmTypeReference? ReturnOf(ViewTypes types, Operation operation)
    {
        if (operation.ReturnSet is not { } set)
            return operation.ReturnType is { } type ? types.Reference(type, true) : null;
        IEdmTypeReference row = new EdmEntityTypeReference(set.EdmType, !operation.ReturnsManyRows);
        return operation.ReturnsManyRows ? new EdmCollectionTypeReference(new EdmCollectionType(row)) : row;
    }

    private static void Import(EdmEntityContainer container, Operation operation)
    {
        IEdmExpression? path = operation.ReturnSet is { } set ? new EdmPathExpression(set.Name) : null;
        if (operation.Edm is EdmAction action)
            container.AddActionImport(operation.Name, action, path);
        else
            container.AddFunctionImport(operation.Name, (EdmFunction)operation.Edm, path, includeInServiceDocument: false);
    }
}

/// <summary>The vocabulary annotations of a set: what it can do, what its columns mean, by which other keys a row is found.</summary>
internal static class EdmAnnotations
{
    /// <summary>What the service as a whole claims; docs/odata-conformance.md goes through it line by line.</summary>
    public static void Write(EdmModel model, EdmEntityContainer container)
    {
        Annotate(model, container, CoreVocabularyModel.Instance.FindDeclaredTerm("Org.OData.Core.V1.ODataVersions"), new EdmStringConstant("4.0 4.01"));
        if (model.FindTerm("Org.OData.Capabilities.V1.ConformanceLevel") is { Type.Definition: IEdmEnumType levels } level
            && levels.Members.FirstOrDefault(m => m.Name == "Intermediate") is { } intermediate)
            Annotate(model, container, level, new EdmEnumMemberExpression(intermediate));
        foreach (var tag in new[] { "KeyAsSegmentSupported", "QuerySegmentSupported" })
            Annotate(model, container, model.FindTerm("Org.OData.Capabilities.V1." + tag), new EdmBooleanConstant(true));
    }

    public static void Write(EdmModel model, EntitySet set)
    {
        Describe(model, set.EdmSet, set.Summary);
        foreach (var property in set.View.Properties.Concat(set.View.Properties.Where(p => p.Complex is not null).SelectMany(p => p.Complex!.Properties)))
            Describe(model, property.Edm, property.Description);
        foreach (var property in set.View.Properties.Where(p => p.IsReadOnly))
            Annotate(model, property.Edm, CoreVocabularyModel.ComputedTerm, new EdmBooleanConstant(true));
        Restrict(model, set, "InsertRestrictions", "Insertable", set.CanInsert);
        Restrict(model, set, "UpdateRestrictions", "Updatable", set.CanUpdate);
        Restrict(model, set, "DeleteRestrictions", "Deletable", set.CanDelete);
        Restrict(model, set, "SearchRestrictions", "Searchable", set.SearchedProperties.Count > 0);
        Restrict(model, set, "ChangeTracking", "Supported", set.Changes is not null);
        if (set.Version is { } version)
        {
            Annotate(model, set.EdmSet, CoreVocabularyModel.Instance.FindDeclaredTerm("Org.OData.Core.V1.OptimisticConcurrency"),
                new EdmCollectionExpression(new EdmPropertyPathExpression(version.Name)));
        }
        foreach (var alternate in set.AlternateKeys)
            model.AddAlternateKeyAnnotation(set.EdmType, alternate.ToDictionary(p => p.Name, p => (IEdmProperty)p.Edm));
        if (set.AlternateKeys.Count > 0)
            WriteCoreAlternateKeys(model, set);
    }

    public static void Describe(EdmModel model, IEdmVocabularyAnnotatable target, string? text)
    {
        if (text is not null && !model.FindVocabularyAnnotations<IEdmVocabularyAnnotation>(target, CoreVocabularyModel.DescriptionTerm).Any())
            Annotate(model, target, CoreVocabularyModel.DescriptionTerm, new EdmStringConstant(text));
    }

    private static void WriteCoreAlternateKeys(EdmModel model, EntitySet set)
    {
        var keys = set.AlternateKeys.Select(key => new EdmRecordExpression(new EdmPropertyConstructor("Key", new EdmCollectionExpression(
            key.Select(p => new EdmRecordExpression(
                new EdmPropertyConstructor("Name", new EdmPropertyPathExpression(p.Name)),
                new EdmPropertyConstructor("Alias", new EdmStringConstant(p.Name))))))));
        if (CoreVocabularyModel.Instance.FindDeclaredTerm("Org.OData.Core.V1.AlternateKeys") is { } term)
            Annotate(model, set.EdmType, term, new EdmCollectionExpression(keys));
    }

    private static void Restrict(EdmModel model, EntitySet set, string term, string property, bool value)
    {
        if (model.FindTerm("Org.OData.Capabilities.V1." + term) is { } found)
            Annotate(model, set.EdmSet, found, new EdmRecordExpression(new EdmPropertyConstructor(property, new EdmBooleanConstant(value))));
    }

    private static void Annotate(EdmModel model, IEdmVocabularyAnnotatable target, IEdmTerm? term, IEdmExpression value)
    {
        if (term is null)
            return;
        var annotation = new EdmVocabularyAnnotation(target, term, value);
        annotation.SetSerializationLocation(model, EdmVocabularyAnnotationSerializationLocation.Inline);
        model.AddVocabularyAnnotation(annotation);
    }
}
