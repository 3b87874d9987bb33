using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace K12Sync.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "OwedLines",
                table: "ExportBatches",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "RepeatedLines",
                table: "ExportBatches",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "OwedLines",
                table: "ExportBatches");

            migrationBuilder.DropColumn(
                name: "RepeatedLines",
                table: "ExportBatches");
        }
    }
}
