using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace K12Sync.OData.Translation;

/// <summary>Registers <see cref="RowValues"/> with a DbContext, for both databases.</summary>
public static class RowValuesRegistration
{
    private static readonly PlainMapping Record = new("record", typeof(object));
    private static readonly BoolTypeMapping Bool = new("boolean");

    /// <summary>Call it in <c>OnModelCreating</c>. Without it continued pages are asked for in <c>AND</c> and <c>OR</c>.</summary>
    public static ModelBuilder HasRowValues(this ModelBuilder model, ODataDatabase database)
    {
        Map(model, nameof(RowValues.With), a => RowOf([Bare(a[0]), .. Parts(a[1])]), Record);
        Map(model, nameof(RowValues.IsBefore), a => Compared(ExpressionType.LessThan, a[0], a[1], database), Bool);
        Map(model, nameof(RowValues.IsAfter), a => Compared(ExpressionType.GreaterThan, a[0], a[1], database), Bool);
        return model;
    }

    /// <summary>Whether the DbContext behind a query knows <see cref="RowValues"/>.</summary>
    internal static bool AreKnownTo(IQueryable rows)
    {
        var search = new ModelSearch();
        search.Visit(rows.Expression);
        return search.Model?.FindDbFunction(typeof(RowValues).GetMethod(nameof(RowValues.With))!) is not null;
    }

    private static void Map(ModelBuilder model, string method, Func<IReadOnlyList<SqlExpression>, SqlExpression> translation, RelationalTypeMapping returns)
    {
        var function = model.HasDbFunction(typeof(RowValues).GetMethod(method)!).HasTranslation(translation).Metadata;
        function.TypeMapping = returns;
        foreach (var parameter in function.Parameters)
            parameter.TypeMapping = Record;
    }

    private static SqlBinaryExpression Compared(ExpressionType kind, SqlExpression row, SqlExpression other, ODataDatabase database)
    {
        var (columns, values) = (Parts(row), Parts(other));
        return new SqlBinaryExpression(kind, RowOf(columns), RowOf([.. values.Zip(columns, (value, column) => Like(column, value, database))]), typeof(bool), Bool);
    }

    /// <summary>
    /// The value as the column holds it. On SQLite whole numbers get a collation, which changes nothing about them: without one it reads an index only as far as the row's
    /// own id, which stands last in every index there and has none to compare with (<c>whereRangeVectorLen</c>).
    /// </summary>
    private static SqlExpression Like(SqlExpression column, SqlExpression value, ODataDatabase database)
    {
        var mapping = column.TypeMapping ?? throw new InvalidOperationException("A column of a row value has no type.");
        var typed = value switch
        {
            SqlParameterExpression parameter => parameter.ApplyTypeMapping(mapping),
            SqlConstantExpression constant => constant.ApplyTypeMapping(mapping),
            _ => value,
        };
        var isWhole = (mapping.Converter?.ProviderClrType ?? mapping.ClrType) is var type && (type == typeof(long) || type == typeof(int) || type == typeof(short) || type == typeof(byte));
        return database == ODataDatabase.Sqlite && isWhole ? new CollateExpression(typed, "BINARY") : typed;
    }

    // A function without a name is written as a list in parentheses, which is what both databases take for a row value.
    private static SqlFunctionExpression RowOf(IReadOnlyList<SqlExpression> parts) =>
        new("", parts, nullable: false, parts.Select(_ => false), typeof(object), Record);

    private static IReadOnlyList<SqlExpression> Parts(SqlExpression value) => Bare(value) is SqlFunctionExpression { Name: "", Arguments: { } parts } ? parts : [Bare(value)];

    private static SqlExpression Bare(SqlExpression value) =>
        value is SqlUnaryExpression { OperatorType: ExpressionType.Convert, Operand: var inner } convert && convert.Type == typeof(object) ? Bare(inner) : value;

    private sealed class ModelSearch : ExpressionVisitor
    {
        public IModel? Model { get; private set; }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is not EntityQueryRootExpression root)
                return base.VisitExtension(node);
            Model ??= root.EntityType.Model;
            return node;
        }
    }
}
