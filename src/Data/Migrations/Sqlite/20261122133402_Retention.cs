using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "AcceptedBefore",
                table: "ExportBatches",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "RejectedBefore",
                table: "ExportBatches",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "AuditDays",
                table: "Districts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "KeptFrom",
                table: "Districts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "RecordDays",
                table: "Districts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "GoneHash",
                table: "AuditChains",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "GoneTo",
                table: "AuditChains",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "DayCounts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SchoolId = table.Column<long>(type: "INTEGER", nullable: true),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: true),
                    Date = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Outcome = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DayCounts", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DayCounts_Schools_SchoolId",
                        column: x => x.SchoolId,
                        principalTable: "Schools",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_DayCounts_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_DayCounts_DistrictId_Date",
                table: "DayCounts",
                columns: new[] { "DistrictId", "Date" });

            migrationBuilder.CreateIndex(
                name: "IX_DayCounts_SchoolId",
                table: "DayCounts",
                column: "SchoolId");

            migrationBuilder.CreateIndex(
                name: "IX_DayCounts_SiteId",
                table: "DayCounts",
                column: "SiteId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DayCounts");

            migrationBuilder.DropColumn(
                name: "AcceptedBefore",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "RejectedBefore",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "AuditDays",
                table: "Districts");

            migrationBuilder.DropColumn(
                name: "KeptFrom",
                table: "Districts");

            migrationBuilder.DropColumn(
                name: "RecordDays",
                table: "Districts");

            migrationBuilder.DropColumn(
                name: "GoneHash",
                table: "AuditChains");

            migrationBuilder.DropColumn(
                name: "GoneTo",
                table: "AuditChains");
        }
    }
}
