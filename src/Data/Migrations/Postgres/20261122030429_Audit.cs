using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace K12Sync.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Audit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "SchoolIds",
                table: "ApiKeys",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "SeesStudentsUntil",
                table: "ApiKeys",
                type: "bigint",
                nullable: true);

            // Written by hand: a key of one school stays a key of that school.
            migrationBuilder.Sql("""UPDATE "ApiKeys" SET "SchoolIds" = CAST("SchoolId" AS TEXT);""");

            migrationBuilder.DropForeignKey(
                name: "FK_ApiKeys_Schools_SchoolId",
                table: "ApiKeys");

            migrationBuilder.DropIndex(
                name: "IX_ApiKeys_SchoolId",
                table: "ApiKeys");

            migrationBuilder.DropColumn(
                name: "SchoolId",
                table: "ApiKeys");

            migrationBuilder.AddColumn<string>(
                name: "DataContact",
                table: "Districts",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "DataContactMail",
                table: "Districts",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<int>(
                name: "FileDays",
                table: "Districts",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AuditChains",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Node = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Number = table.Column<long>(type: "bigint", nullable: false),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangeVersion = table.Column<long>(type: "bigint", nullable: false),
                    DistrictId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditChains", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AuditEntries",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Node = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Number = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    KeyId = table.Column<long>(type: "bigint", nullable: true),
                    Role = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Person = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Address = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Method = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Query = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Students = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Properties = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Status = table.Column<int>(type: "integer", nullable: false),
                    Rows = table.Column<long>(type: "bigint", nullable: true),
                    SupportId = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangeVersion = table.Column<long>(type: "bigint", nullable: false),
                    DistrictId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntries", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AuditChains_DistrictId_Node",
                table: "AuditChains",
                columns: new[] { "DistrictId", "Node" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_DistrictId_At",
                table: "AuditEntries",
                columns: new[] { "DistrictId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_DistrictId_Node_Number",
                table: "AuditEntries",
                columns: new[] { "DistrictId", "Node", "Number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AuditChains");

            migrationBuilder.DropTable(
                name: "AuditEntries");

            migrationBuilder.DropColumn(
                name: "DataContact",
                table: "Districts");

            migrationBuilder.DropColumn(
                name: "DataContactMail",
                table: "Districts");

            migrationBuilder.DropColumn(
                name: "FileDays",
                table: "Districts");

            // A key of several schools has no place in the older schema, and must not become one of all.
            migrationBuilder.AddColumn<long>(
                name: "SchoolId",
                table: "ApiKeys",
                type: "bigint",
                nullable: true);

            migrationBuilder.Sql("""DELETE FROM "ApiKeys" WHERE "SchoolIds" LIKE '%,%'; UPDATE "ApiKeys" SET "SchoolId" = CAST("SchoolIds" AS bigint);""");

            migrationBuilder.DropColumn(
                name: "SchoolIds",
                table: "ApiKeys");

            migrationBuilder.DropColumn(
                name: "SeesStudentsUntil",
                table: "ApiKeys");

            migrationBuilder.CreateIndex(
                name: "IX_ApiKeys_SchoolId",
                table: "ApiKeys",
                column: "SchoolId");

            migrationBuilder.AddForeignKey(
                name: "FK_ApiKeys_Schools_SchoolId",
                table: "ApiKeys",
                column: "SchoolId",
                principalTable: "Schools",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
