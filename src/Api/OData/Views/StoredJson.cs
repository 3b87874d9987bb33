using System.Linq.Expressions;
using K12Sync.Domain.Exports;
using K12Sync.OData;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace K12Sync.Api.OData.Views;

/// <summary>What a connector's stored definition says, asked of the database: a path is the name of a setting, with a dot before what is within it.</summary>
internal static class StoredJson
{
    private static readonly StringTypeMapping Words = new("TEXT", System.Data.DbType.String);
    private static readonly IntTypeMapping Whole = new("integer", System.Data.DbType.Int32);

    /// <summary>Text, or a list as JSON; <c>true</c> or <c>1</c> for what is true. Null: not set.</summary>
    public static string? Text(string json, string path) => throw InDatabase(json, path);

    /// <summary>A whole number. Null: not set.</summary>
    public static int? Number(string json, string path) => throw InDatabase(json, path);

    /// <summary>A time of day. Null: not set.</summary>
    public static TimeOnly? Time(string json, string path) => throw InDatabase(json, path);

    /// <summary>For what a file is.</summary>
    public static FileScope Scope(string json, string path) => throw InDatabase(json, path);

    /// <summary>What is done about a file of the same name.</summary>
    public static OnExistingFile Existing(string json, string path) => throw InDatabase(json, path);

    /// <summary>Adds them to the model. They are no part of the schema, so only queries need them.</summary>
    public static void HasStoredJson(this ModelBuilder model, ODataDatabase database)
    {
        Func<IReadOnlyList<SqlExpression>, SqlExpression> read = database == ODataDatabase.Sqlite ? OnSqlite : OnPostgres;
        var time = database == ODataDatabase.Sqlite
            ? (Func<SqlExpression, SqlExpression>)(text => new SqlFunctionExpression("time", [text], nullable: true, [true], typeof(TimeOnly), typeMapping: null))
            : text => new SqlUnaryExpression(ExpressionType.Convert, text, typeof(TimeOnly), new PlainMapping("time without time zone", typeof(TimeOnly)));
        Map(model, nameof(Text), read);
        Map(model, nameof(Number), a => new SqlUnaryExpression(ExpressionType.Convert, read(a), typeof(int), Whole));
        Map(model, nameof(Time), a => time(read(a)));
        Map(model, nameof(Scope), a => Choice<FileScope>(read(a), FileScope.District));
        Map(model, nameof(Existing), a => Choice<OnExistingFile>(read(a), OnExistingFile.Hold));
    }

    private static void Map(ModelBuilder model, string method, Func<IReadOnlyList<SqlExpression>, SqlExpression> translation) =>
        model.HasDbFunction(typeof(StoredJson).GetMethod(method)!).HasTranslation(translation);

    private static SqlUnaryExpression OnSqlite(IReadOnlyList<SqlExpression> arguments) =>
        new(ExpressionType.Convert, Function("json_extract", arguments[0], Constant("$." + Path(arguments))), typeof(string), Words);

    private static SqlFunctionExpression OnPostgres(IReadOnlyList<SqlExpression> arguments) => Function("jsonb_extract_path_text",
        [new SqlUnaryExpression(ExpressionType.Convert, arguments[0], typeof(string), new PlainMapping("jsonb", typeof(string))), .. Path(arguments).Split('.').Select(Constant)]);

    private static SqlFunctionExpression Choice<TEnum>(SqlExpression text, TEnum otherwise)
        where TEnum : struct, Enum =>
        new("coalesce", [text, Constant(otherwise.ToString())], nullable: false, [false, false], typeof(TEnum), (RelationalTypeMapping)Words.WithComposedConverter(new EnumToStringConverter<TEnum>()));

    private static string Path(IReadOnlyList<SqlExpression> arguments) => (string)((SqlConstantExpression)arguments[1]).Value!;

    // A definition that is there may well not say it: that the arguments are not null says nothing about the answer.
    private static SqlFunctionExpression Function(string name, params SqlExpression[] arguments) => new(name, arguments, nullable: true, arguments.Select(_ => false), typeof(string), Words);

    private static SqlConstantExpression Constant(string value) => new(value, Words);

    private static InvalidOperationException InDatabase(string json, string path) => new($"{path} of {json.Length} characters is read by the database only.");

    // Only the name of the type is needed: the value is used within the statement.
    private sealed class PlainMapping : RelationalTypeMapping
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
}
