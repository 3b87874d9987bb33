using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Delivery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Connectors_DistrictId_Name",
                table: "Connectors");

            migrationBuilder.AddColumn<int>(
                name: "Attempts",
                table: "SyncRuns",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "ErrorCode",
                table: "SyncRuns",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LayoutName",
                table: "SyncRuns",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "LayoutNumber",
                table: "SyncRuns",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Slot",
                table: "SyncRuns",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Destination",
                table: "ExportBatches",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AddedAt",
                table: "Connectors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "AllowedRows",
                table: "Connectors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "HeldAt",
                table: "Connectors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Hold",
                table: "Connectors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "HoldReason",
                table: "Connectors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PausedAt",
                table: "Connectors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "PausedUntil",
                table: "Connectors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RemovedAt",
                table: "Connectors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ConnectorSecrets",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ConnectorId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    ProtectedValue = table.Column<string>(type: "TEXT", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConnectorSecrets", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ConnectorSecrets_Connectors_ConnectorId",
                        column: x => x.ConnectorId,
                        principalTable: "Connectors",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Leases",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ConnectorId = table.Column<long>(type: "INTEGER", nullable: false),
                    Holder = table.Column<string>(type: "TEXT", nullable: false),
                    Token = table.Column<long>(type: "INTEGER", nullable: false),
                    TakenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Leases", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SecretKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Xml = table.Column<string>(type: "TEXT", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SecretKeys", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_SyncRuns_ConnectorId_Slot",
                table: "SyncRuns",
                columns: new[] { "ConnectorId", "Slot" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Connectors_DistrictId_Name",
                table: "Connectors",
                columns: new[] { "DistrictId", "Name" },
                unique: true,
                filter: "\"RemovedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ConnectorSecrets_ConnectorId_Kind",
                table: "ConnectorSecrets",
                columns: new[] { "ConnectorId", "Kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Leases_ConnectorId",
                table: "Leases",
                column: "ConnectorId",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ConnectorSecrets");

            migrationBuilder.DropTable(
                name: "Leases");

            migrationBuilder.DropTable(
                name: "SecretKeys");

            migrationBuilder.DropIndex(
                name: "IX_SyncRuns_ConnectorId_Slot",
                table: "SyncRuns");

            migrationBuilder.DropIndex(
                name: "IX_Connectors_DistrictId_Name",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "Attempts",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "ErrorCode",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "LayoutName",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "LayoutNumber",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "Slot",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "Destination",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "AddedAt",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "AllowedRows",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "HeldAt",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "Hold",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "HoldReason",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "PausedAt",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "PausedUntil",
                table: "Connectors");

            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "Connectors");

            migrationBuilder.CreateIndex(
                name: "IX_Connectors_DistrictId_Name",
                table: "Connectors",
                columns: new[] { "DistrictId", "Name" },
                unique: true);
        }
    }
}
