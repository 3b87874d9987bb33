using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AgencyRoster : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AgencyChildren",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    AgencyChildId = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false, collation: "C"),
                    LastSeen = table.Column<long>(type: "bigint", nullable: false),
                    IsListed = table.Column<bool>(type: "boolean", nullable: false),
                    ChangeVersion = table.Column<long>(type: "bigint", nullable: false),
                    DistrictId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    BirthDate = table.Column<DateOnly>(type: "date", nullable: true),
                    FirstName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    LastName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    MiddleName = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AgencyChildren", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AgencyChildren_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AgencyChildren_DistrictId_ProviderId_AgencyChildId",
                table: "AgencyChildren",
                columns: new[] { "DistrictId", "ProviderId", "AgencyChildId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AgencyChildren_DistrictId_State_AgencyChildId",
                table: "AgencyChildren",
                columns: new[] { "DistrictId", "State", "AgencyChildId" });

            migrationBuilder.CreateIndex(
                name: "IX_AgencyChildren_ProviderId",
                table: "AgencyChildren",
                column: "ProviderId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AgencyChildren");
        }
    }
}
