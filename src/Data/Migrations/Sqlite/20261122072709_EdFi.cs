using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class EdFi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "HeldEvents",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ConnectorId = table.Column<long>(type: "INTEGER", nullable: false),
                    ChildDayId = table.Column<long>(type: "INTEGER", nullable: true),
                    SchoolId = table.Column<long>(type: "INTEGER", nullable: true),
                    StudentNumber = table.Column<string>(type: "TEXT", nullable: false),
                    Date = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    EventId = table.Column<string>(type: "TEXT", nullable: true),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HeldEvents", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HeldEvents_Connectors_ConnectorId",
                        column: x => x.ConnectorId,
                        principalTable: "Connectors",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_HeldEvents_ChildDayId_ConnectorId",
                table: "HeldEvents",
                columns: new[] { "ChildDayId", "ConnectorId" });

            migrationBuilder.CreateIndex(
                name: "IX_HeldEvents_ConnectorId_Date",
                table: "HeldEvents",
                columns: new[] { "ConnectorId", "Date" });

            migrationBuilder.CreateIndex(
                name: "IX_HeldEvents_ConnectorId_StudentNumber_Date_Key",
                table: "HeldEvents",
                columns: new[] { "ConnectorId", "StudentNumber", "Date", "Key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "HeldEvents");
        }
    }
}
