// A program somebody writes against the client that odata2ts generates from $metadata. Compiling it is half of the test.
import { FetchClient } from "@odata2ts/http-client-fetch";
import { k12syncService } from "./generated/k12syncService";

declare const process: { argv: string[] };

const [root, key] = process.argv.slice(2);
const service = new k12syncService(new FetchClient({ headers: { Authorization: `Bearer ${key}` } }), root);

async function main() {
  const late = await service.TardyRecords().query((query, record) => query
    .select("Id", "StudentNumber", "MinutesLate")
    .filter(record.MinutesLate.ge(10), record.Withdrawn.eq(false))
    .orderBy(record.MinutesLate.desc(), record.Id.asc())
    .expanding("Student", (student) => student.select("LastName"))
    .count()
    .top(3));
  const day = await service.SchoolDays({ SchoolId: 1, Date: "2026-09-15" }).query();
  const periods = await service.BellSchedules().query((query, schedule) => query.filter(schedule.Periods.any((period) => period.SisPeriodCode.eq("01"))));
  console.log(JSON.stringify({
    count: late.data["@odata.count"],
    late: late.data.value.map((record) => [record.Id, record.Student?.LastName, record.MinutesLate]),
    day: day.data.ScheduleName,
    schedules: periods.data.value.map((schedule) => schedule.Name),
  }));
}

main().catch((error) => {
  console.error(error);
  throw error;
});
