using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
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
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "RejectedBefore",
                table: "ExportBatches",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "AuditDays",
                table: "Districts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "KeptFrom",
                table: "Districts",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "RecordDays",
                table: "Districts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "GoneHash",
                table: "AuditChains",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "GoneTo",
                table: "AuditChains",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "DayCounts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    SchoolId = table.Column<long>(type: "bigint", nullable: true),
                    SiteId = table.Column<long>(type: "bigint", nullable: true),
                    Date = table.Column<DateOnly>(type: "date", nullable: false),
                    Outcome = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    ChangeVersion = table.Column<long>(type: "bigint", nullable: false),
                    DistrictId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
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
                name: "IX_DayCounts_DistrictId_Date_Id",
                table: "DayCounts",
                columns: new[] { "DistrictId", "Date", "Id" });

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
