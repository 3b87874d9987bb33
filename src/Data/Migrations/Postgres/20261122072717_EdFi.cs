using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ConnectorId = table.Column<long>(type: "bigint", nullable: false),
                    ChildDayId = table.Column<long>(type: "bigint", nullable: true),
                    SchoolId = table.Column<long>(type: "bigint", nullable: true),
                    StudentNumber = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Date = table.Column<DateOnly>(type: "date", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EventId = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sha256 = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ChangeVersion = table.Column<long>(type: "bigint", nullable: false),
                    DistrictId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
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
