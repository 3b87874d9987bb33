using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Agencies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_ConnectorSecrets_ConnectorId_Kind",
                table: "ConnectorSecrets");

            migrationBuilder.AddColumn<int>(
                name: "RowsRejected",
                table: "SyncRuns",
                type: "integer",
                nullable: true);

            migrationBuilder.AlterColumn<long>(
                name: "SchoolId",
                table: "SyncEntries",
                type: "bigint",
                nullable: true,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AlterColumn<long>(
                name: "RecordId",
                table: "SyncEntries",
                type: "bigint",
                nullable: true,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AddColumn<string>(
                name: "AgencyChildId",
                table: "SyncEntries",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "AgencySays",
                table: "SyncEntries",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "ChildDayId",
                table: "SyncEntries",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProviderId",
                table: "SyncEntries",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "SiteId",
                table: "SyncEntries",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RegisteredAt",
                table: "Providers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "StopReason",
                table: "Providers",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "StoppedAt",
                table: "Providers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AlterColumn<long>(
                name: "RecordId",
                table: "HeldRecords",
                type: "bigint",
                nullable: true,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AddColumn<long>(
                name: "ChildDayId",
                table: "HeldRecords",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Response",
                table: "ExportContents",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "CertifiedAt",
                table: "ExportBatches",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CertifiedBy",
                table: "ExportBatches",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<DateOnly>(
                name: "PeriodFrom",
                table: "ExportBatches",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "PeriodTo",
                table: "ExportBatches",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProviderId",
                table: "ExportBatches",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReceiptId",
                table: "ExportBatches",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "Wording",
                table: "ExportBatches",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ProviderId",
                table: "ConnectorSecrets",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.CreateIndex(
                name: "IX_SyncEntries_ChildDayId_ConnectorId_SettlesVersion",
                table: "SyncEntries",
                columns: new[] { "ChildDayId", "ConnectorId", "SettlesVersion" },
                unique: true,
                filter: "\"ChildDayId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_HeldRecords_ConnectorId_ChildDayId",
                table: "HeldRecords",
                columns: new[] { "ConnectorId", "ChildDayId" },
                unique: true,
                filter: "\"ChildDayId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ConnectorSecrets_ConnectorId_Kind_ProviderId",
                table: "ConnectorSecrets",
                columns: new[] { "ConnectorId", "Kind", "ProviderId" },
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "FK_SyncEntries_AttendanceDays_ChildDayId",
                table: "SyncEntries",
                column: "ChildDayId",
                principalTable: "AttendanceDays",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_SyncEntries_AttendanceDays_ChildDayId",
                table: "SyncEntries");

            migrationBuilder.DropIndex(
                name: "IX_SyncEntries_ChildDayId_ConnectorId_SettlesVersion",
                table: "SyncEntries");

            migrationBuilder.DropIndex(
                name: "IX_HeldRecords_ConnectorId_ChildDayId",
                table: "HeldRecords");

            migrationBuilder.DropIndex(
                name: "IX_ConnectorSecrets_ConnectorId_Kind_ProviderId",
                table: "ConnectorSecrets");

            migrationBuilder.DropColumn(
                name: "RowsRejected",
                table: "SyncRuns");

            migrationBuilder.DropColumn(
                name: "AgencyChildId",
                table: "SyncEntries");

            migrationBuilder.DropColumn(
                name: "AgencySays",
                table: "SyncEntries");

            migrationBuilder.DropColumn(
                name: "ChildDayId",
                table: "SyncEntries");

            migrationBuilder.DropColumn(
                name: "ProviderId",
                table: "SyncEntries");

            migrationBuilder.DropColumn(
                name: "SiteId",
                table: "SyncEntries");

            migrationBuilder.DropColumn(
                name: "RegisteredAt",
                table: "Providers");

            migrationBuilder.DropColumn(
                name: "StopReason",
                table: "Providers");

            migrationBuilder.DropColumn(
                name: "StoppedAt",
                table: "Providers");

            migrationBuilder.DropColumn(
                name: "ChildDayId",
                table: "HeldRecords");

            migrationBuilder.DropColumn(
                name: "Response",
                table: "ExportContents");

            migrationBuilder.DropColumn(
                name: "CertifiedAt",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "CertifiedBy",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "PeriodFrom",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "PeriodTo",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "ProviderId",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "ReceiptId",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "Wording",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "ProviderId",
                table: "ConnectorSecrets");

            migrationBuilder.AlterColumn<long>(
                name: "SchoolId",
                table: "SyncEntries",
                type: "bigint",
                nullable: false,
                defaultValue: 0L,
                oldClrType: typeof(long),
                oldType: "bigint",
                oldNullable: true);

            migrationBuilder.AlterColumn<long>(
                name: "RecordId",
                table: "SyncEntries",
                type: "bigint",
                nullable: false,
                defaultValue: 0L,
                oldClrType: typeof(long),
                oldType: "bigint",
                oldNullable: true);

            migrationBuilder.AlterColumn<long>(
                name: "RecordId",
                table: "HeldRecords",
                type: "bigint",
                nullable: false,
                defaultValue: 0L,
                oldClrType: typeof(long),
                oldType: "bigint",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_ConnectorSecrets_ConnectorId_Kind",
                table: "ConnectorSecrets",
                columns: new[] { "ConnectorId", "Kind" },
                unique: true);
        }
    }
}
