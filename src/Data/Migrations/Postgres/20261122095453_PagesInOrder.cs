using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
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
                name: "IX_TardyRecords_DistrictId_ChangeVersion_Id",
                table: "TardyRecords",
                columns: new[] { "DistrictId", "ChangeVersion", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_TardyRecords_DistrictId_Date_Id",
                table: "TardyRecords",
                columns: new[] { "DistrictId", "Date", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_DistrictId_Date_Id",
                table: "SyncEntries",
                columns: new[] { "DistrictId", "Date", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_AttendanceDays_DistrictId_ChangeVersion_Id",
                table: "AttendanceDays",
                columns: new[] { "DistrictId", "ChangeVersion", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_AttendanceDays_DistrictId_Date_Id",
                table: "AttendanceDays",
                columns: new[] { "DistrictId", "Date", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_DistrictId_ChangeVersion_Id",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_TardyRecords_DistrictId_Date_Id",
                table: "TardyRecords");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_DistrictId_Date_Id",
                table: "SyncEntries");

            migrationBuilder.DropIndex(
                name: "IX_AttendanceDays_DistrictId_ChangeVersion_Id",
                table: "AttendanceDays");

            migrationBuilder.DropIndex(
                name: "IX_AttendanceDays_DistrictId_Date_Id",
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
