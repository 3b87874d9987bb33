// Query texts as odata-query builds them.
import query from "odata-query";

const [root, key] = process.argv.slice(2);

async function get(set, options) {
  const answer = await fetch(`${root}/${set}${query(options)}`, { headers: { Authorization: `Bearer ${key}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${set}${query(options)}: ${JSON.stringify(body)}`);
  return body;
}

const raw = (value) => ({ type: "raw", value });
const rows = await get("TardyRecords", {
  filter: { MinutesLate: { ge: 10 }, Date: { ge: raw("2026-09-14"), le: raw("2026-09-18") }, or: [{ StudentNumber: { startswith: "000" } }, { SisPeriodCode: { in: ["01", "02"] } }] },
  select: ["Id", "MinutesLate"],
  expand: { School: { select: ["Code"] }, SyncEntries: { top: 1, orderBy: "Id desc", count: true } },
  orderBy: ["MinutesLate desc", "Id"],
  top: 3,
  count: true,
});
const byPeriod = await get("TardyRecords", {
  transform: [{ filter: { MinutesLate: { ge: 10 } } }, { groupBy: { properties: ["SisPeriodCode"], transform: [{ aggregate: { Id: { with: "countdistinct", as: "Records" } } }] } }],
});
const day = await get("SchoolDays", { key: { SchoolId: 1, Date: raw("2026-09-15") } });
const sent = await get("TardyRecords", { filter: { SyncEntries: { any: { Status: "Delivered" } } }, count: true, top: 0 });
console.log(JSON.stringify({
  count: rows["@odata.count"],
  late: rows.value.map((row) => [row.Id, row.School.Code, row.MinutesLate, row.SyncEntries.length]),
  byPeriod: byPeriod.value.reduce((sum, group) => sum + group.Records, 0),
  day: day.ScheduleName,
  sent: sent["@odata.count"],
}));
