using K12Sync.Data.Storage;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PagesInOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_ChangeVersion_DistrictId",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_Date_DistrictId",
                table: "SyncEntries");

            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_DistrictId_ChangeVersion",
                table: "TardyRecords",
                columns: new[] { "DistrictId", "ChangeVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_DistrictId_Date",
                table: "TardyRecords",
                columns: new[] { "DistrictId", "Date" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_DistrictId_Date",
                table: "SyncEntries",
                columns: new[] { "DistrictId", "Date" });

            migrationBuilder.CreateIndex(
                name: "IX_AttendanceDays_DistrictId_ChangeVersion",
                table: "AttendanceDays",
                columns: new[] { "DistrictId", "ChangeVersion" });

            migrationBuilder.CreateIndex(
                name: "IX_AttendanceDays_DistrictId_Date",
                table: "AttendanceDays",
                columns: new[] { "DistrictId", "Date" });

            migrationBuilder.Sql(SqliteHints.Tell);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""DELETE FROM sqlite_stat1;""");

            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_DistrictId_ChangeVersion",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_DistrictId_Date",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_DistrictId_Date",
                table: "SyncEntries");

            migrationBuilder.DropIndex(
                name: "IX_AttendanceDays_DistrictId_ChangeVersion",
                table: "AttendanceDays");

            migrationBuilder.DropIndex(
                name: "IX_AttendanceDays_DistrictId_Date",
                table: "AttendanceDays");

            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_ChangeVersion_DistrictId",
                table: "TardyRecords",
                columns: new[] { "ChangeVersion", "DistrictId" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_Date_DistrictId",
                table: "SyncEntries",
                columns: new[] { "Date", "DistrictId" });
        }
    }
}
