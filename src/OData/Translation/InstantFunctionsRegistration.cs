using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace K12Sync.OData.Translation;

/// <summary>Registers <see cref="InstantFunctions"/> with a DbContext whose instants are stored as UTC ticks (a bigint), for both databases.</summary>
public static class InstantFunctionsRegistration
{
    private const long UnixEpoch = 621_355_968_000_000_000;
    private static readonly LongTypeMapping Long = new("bigint", System.Data.DbType.Int64);
    private static readonly IntTypeMapping Int = new("integer", System.Data.DbType.Int32);
    private static readonly DoubleTypeMapping Double = new("double precision", System.Data.DbType.Double);
    private static readonly StringTypeMapping Text = new("TEXT", System.Data.DbType.String);

    /// <summary>Call it in <c>OnModelCreating</c>.</summary>
    public static ModelBuilder HasInstantFunctions(this ModelBuilder model, ODataDatabase database)
    {
        Map(model, nameof(InstantFunctions.Ticks), a => Ticks(a[0]));
        Map(model, nameof(InstantFunctions.Hour), a => Part(a[0], TimeSpan.TicksPerHour, 24));
        Map(model, nameof(InstantFunctions.Minute), a => Part(a[0], TimeSpan.TicksPerMinute, 60));
        Map(model, nameof(InstantFunctions.Second), a => Part(a[0], TimeSpan.TicksPerSecond, 60));
        Map(model, nameof(InstantFunctions.AddTicks), a =>
            new SqlBinaryExpression(ExpressionType.Add, a[0], Mapped(a[1]), typeof(DateTimeOffset), a[0].TypeMapping));
        if (database == ODataDatabase.Sqlite)
            MapSqlite(model);
        else
            MapPostgreSql(model);
        return model;
    }

    private static void MapSqlite(ModelBuilder model)
    {
        Map(model, nameof(InstantFunctions.Year), a => Cast(Strftime("%Y", Seconds(a[0]), "unixepoch"), typeof(int), Int));
        Map(model, nameof(InstantFunctions.Month), a => Cast(Strftime("%m", Seconds(a[0]), "unixepoch"), typeof(int), Int));
        Map(model, nameof(InstantFunctions.Day), a => Cast(Strftime("%d", Seconds(a[0]), "unixepoch"), typeof(int), Int));
        Map(model, nameof(InstantFunctions.Date), a => Typed(Strftime("%Y-%m-%d", Seconds(a[0]), "unixepoch"), typeof(DateOnly)));
        Map(model, nameof(InstantFunctions.Time), a => Typed(Strftime("%H:%M:%S", Seconds(a[0]), "unixepoch"), typeof(TimeOnly)));
        Map(model, nameof(InstantFunctions.HourOf), a => Cast(Strftime("%H", a[0]), typeof(int), Int));
        Map(model, nameof(InstantFunctions.MinuteOf), a => Cast(Strftime("%M", a[0]), typeof(int), Int));
        Map(model, nameof(InstantFunctions.SecondOf), a => Cast(Strftime("%S", a[0]), typeof(int), Int));
    }

    private static void MapPostgreSql(ModelBuilder model)
    {
        Map(model, nameof(InstantFunctions.Year), a => DatePart("year", Utc(a[0])));
        Map(model, nameof(InstantFunctions.Month), a => DatePart("month", Utc(a[0])));
        Map(model, nameof(InstantFunctions.Day), a => DatePart("day", Utc(a[0])));
        Map(model, nameof(InstantFunctions.Date), a => new SqlUnaryExpression(ExpressionType.Convert, Utc(a[0]), typeof(DateOnly), new PlainMapping("date", typeof(DateOnly))));
        Map(model, nameof(InstantFunctions.Time), a => new SqlUnaryExpression(ExpressionType.Convert, Utc(a[0]), typeof(TimeOnly), new PlainMapping("time without time zone", typeof(TimeOnly))));
        Map(model, nameof(InstantFunctions.HourOf), a => DatePart("hour", a[0]));
        Map(model, nameof(InstantFunctions.MinuteOf), a => DatePart("minute", a[0]));
        Map(model, nameof(InstantFunctions.SecondOf), a => Cast(Function("floor", typeof(double), Double, Function("date_part", typeof(double), Double, Constant("second"), a[0])), typeof(int), Int));
    }

    private static void Map(ModelBuilder model, string method, Func<IReadOnlyList<SqlExpression>, SqlExpression> translation) =>
        model.HasDbFunction(typeof(InstantFunctions).GetMethod(method)!).HasTranslation(translation);

    private static SqlUnaryExpression Ticks(SqlExpression instant) => new(ExpressionType.Convert, instant, typeof(long), Long);

    private static SqlExpression Seconds(SqlExpression instant) => Binary(ExpressionType.Divide,
        Binary(ExpressionType.Subtract, Ticks(instant), Constant(UnixEpoch)), Constant(TimeSpan.TicksPerSecond));

    private static SqlExpression Part(SqlExpression instant, long unit, long modulo) =>
        Cast(Binary(ExpressionType.Modulo, Binary(ExpressionType.Divide, Ticks(instant), Constant(unit)), Constant(modulo)), typeof(int), Int);

    private static SqlExpression Utc(SqlExpression instant) => Function("timezone", typeof(DateTime), new PlainMapping("timestamp without time zone", typeof(DateTime)),
        Constant("UTC"), Function("to_timestamp", typeof(DateTime), new PlainMapping("timestamp with time zone", typeof(DateTime)), Cast(Seconds(instant), typeof(double), Double)));

    private static SqlExpression DatePart(string part, SqlExpression value) => Cast(Function("date_part", typeof(double), Double, Constant(part), value), typeof(int), Int);

    private static SqlExpression Strftime(string format, params object[] arguments) =>
        Function("strftime", typeof(string), Text, [Constant(format), .. arguments.Select(a => a as SqlExpression ?? Constant((string)a))]);

    private static SqlFunctionExpression Function(string name, Type type, RelationalTypeMapping mapping, params SqlExpression[] arguments) =>
        new(name, arguments, nullable: true, arguments.Select(_ => true), type, mapping);

    private static SqlUnaryExpression Cast(SqlExpression value, Type type, RelationalTypeMapping mapping) => new(ExpressionType.Convert, value, type, mapping);

    private static SqlFunctionExpression Typed(SqlExpression text, Type type) =>
        new("ltrim", [text], nullable: true, [true], type, typeMapping: null);

    private static SqlExpression Mapped(SqlExpression value) => value switch
    {
        SqlParameterExpression parameter => parameter.ApplyTypeMapping(Long),
        SqlConstantExpression constant => constant.ApplyTypeMapping(Long),
        _ => value,
    };

    private static SqlBinaryExpression Binary(ExpressionType kind, SqlExpression left, SqlExpression right) => new(kind, left, right, typeof(long), Long);

    private static SqlConstantExpression Constant(long value) => new(value, Long);

    private static SqlConstantExpression Constant(string value) => new(value, Text);
}
