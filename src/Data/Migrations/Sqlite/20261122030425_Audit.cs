using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
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
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SeesStudentsUntil",
                table: "ApiKeys",
                type: "INTEGER",
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
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "DataContactMail",
                table: "Districts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FileDays",
                table: "Districts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AuditChains",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Node = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditChains", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AuditEntries",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Node = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    KeyId = table.Column<long>(type: "INTEGER", nullable: true),
                    Role = table.Column<string>(type: "TEXT", nullable: true),
                    Person = table.Column<string>(type: "TEXT", nullable: true),
                    Address = table.Column<string>(type: "TEXT", nullable: true),
                    Method = table.Column<string>(type: "TEXT", nullable: false),
                    Target = table.Column<string>(type: "TEXT", nullable: false),
                    Query = table.Column<string>(type: "TEXT", nullable: true),
                    Students = table.Column<string>(type: "TEXT", nullable: true),
                    Properties = table.Column<string>(type: "TEXT", nullable: true),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    Rows = table.Column<long>(type: "INTEGER", nullable: true),
                    SupportId = table.Column<string>(type: "TEXT", nullable: true),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    ChangeVersion = table.Column<long>(type: "INTEGER", nullable: false),
                    DistrictId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
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
                type: "INTEGER",
                nullable: true);

            migrationBuilder.Sql("""DELETE FROM "ApiKeys" WHERE "SchoolIds" LIKE '%,%'; UPDATE "ApiKeys" SET "SchoolId" = CAST("SchoolIds" AS INTEGER);""");

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
