using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class SchoolAdmin : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_DefaultWeeks_SchoolId_Day_EffectiveFrom",
                table: "DefaultWeeks");

            migrationBuilder.AddColumn<int>(
                name: "Number",
                table: "DefaultWeeks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Given",
                table: "BellScheduleVersions",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<bool>(
                name: "IsActive",
                table: "BehaviorCodes",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "Listing",
                table: "BehaviorCodes",
                type: "TEXT",
                nullable: false,
                defaultValue: "NotCompared");

            migrationBuilder.CreateTable(
                name: "Dates",
                columns: table => new
                {
                    Date = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Day = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Dates", x => x.Date);
                });

            migrationBuilder.CreateTable(
                name: "SisCodes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Code = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SisCodes", x => x.Id);
                });

            migrationBuilder.Sql("""
                WITH RECURSIVE d(date) AS (SELECT '2010-07-01' UNION ALL SELECT date(date, '+1 day') FROM d WHERE date < '2070-06-30')
                INSERT INTO "Dates" ("Date", "Day")
                SELECT date, CASE strftime('%w', date) WHEN '0' THEN 'Sunday' WHEN '1' THEN 'Monday' WHEN '2' THEN 'Tuesday' WHEN '3' THEN 'Wednesday' WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' ELSE 'Saturday' END FROM d;
                """);

            // Until now a weekday's words were told apart by the days on which they began; they were said in that order, as far as anybody knows.
            migrationBuilder.Sql("""
                UPDATE "DefaultWeeks" SET "Number" = (SELECT COUNT(*) FROM "DefaultWeeks" w
                    WHERE w."SchoolId" = "DefaultWeeks"."SchoolId" AND w."Day" = "DefaultWeeks"."Day" AND w."EffectiveFrom" <= "DefaultWeeks"."EffectiveFrom");
                """);

            migrationBuilder.CreateIndex(
                name: "IX_DefaultWeeks_SchoolId_Day_Number",
                table: "DefaultWeeks",
                columns: new[] { "SchoolId", "Day", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SisCodes_DistrictId_Code",
                table: "SisCodes",
                columns: new[] { "DistrictId", "Code" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Dates");

            migrationBuilder.DropTable(
                name: "SisCodes");

            migrationBuilder.DropIndex(
                name: "IX_DefaultWeeks_SchoolId_Day_Number",
                table: "DefaultWeeks");

            migrationBuilder.DropColumn(
                name: "Number",
                table: "DefaultWeeks");

            migrationBuilder.DropColumn(
                name: "Given",
                table: "BellScheduleVersions");

            migrationBuilder.DropColumn(
                name: "IsActive",
                table: "BehaviorCodes");

            migrationBuilder.DropColumn(
                name: "Listing",
                table: "BehaviorCodes");

            migrationBuilder.CreateIndex(
                name: "IX_DefaultWeeks_SchoolId_Day_EffectiveFrom",
                table: "DefaultWeeks",
                columns: new[] { "SchoolId", "Day", "EffectiveFrom" },
                unique: true);
        }
    }
}
