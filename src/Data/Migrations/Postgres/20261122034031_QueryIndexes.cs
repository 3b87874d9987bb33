using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class QueryIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_ChangeVersion_DistrictId",
                table: "TardyRecords",
                columns: new[] { "ChangeVersion", "DistrictId" });

            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_StudentNumber_DistrictId",
                table: "TardyRecords",
                columns: new[] { "StudentNumber", "DistrictId" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_Date_DistrictId",
                table: "SyncEntries",
                columns: new[] { "Date", "DistrictId" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_StudentNumber_DistrictId",
                table: "SyncEntries",
                columns: new[] { "StudentNumber", "DistrictId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_ChangeVersion_DistrictId",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_StudentNumber_DistrictId",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_Date_DistrictId",
                table: "SyncEntries");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_StudentNumber_DistrictId",
                table: "SyncEntries");
        }
    }
}
