// What @odata/client does with a service it only knows the address of.
const { OData } = require("@odata/client");

const [root, key] = process.argv.slice(2);

async function main() {
  const client = OData.New4({ serviceEndpoint: `${root}/`, commonHeaders: { Authorization: `Bearer ${key}` } });
  const records = client.getEntitySet("TardyRecords");
  const lateOnly = client.newFilter().property("MinutesLate").ge(10);
  const late = await records.query(client.newParam().filter(lateOnly).select(["Id", "MinutesLate"]).orderby("MinutesLate", "desc").top(3));
  const school = await client.getEntitySet("Schools").retrieve(1);
  const codes = await client.getEntitySet("BehaviorCodes").find({ Code: "TDY" });
  const count = await records.count(lateOnly);
  console.log(JSON.stringify({ count, late: late.map((row) => row.MinutesLate), school: school.Code, codes: codes.length }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
