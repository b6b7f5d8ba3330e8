/**
 * A process beside a maintenance. `append FOLDER`: appends batches of 100 rows until it is told to stop, a line for each:
 * `<rows in all>`. `count FOLDER`: opens the lake and counts all rows again and again, a line each time: `<rows> <total of
 * the snapshot> <snapshot>`; it plans, waits a moment, and only then reads, so that files may be replaced meanwhile. Both end when their standard input does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openDuckDb } from "../../adapters/duckdb.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { commitAppend } from "../../lake/commit.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { BATCH_PROPERTY, currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { smallRows } from "./small-files.ts";

const [role = "", folder = ""] = process.argv.slice(2);
const store = localLakeStore(folder);
const lake = { store, catalog: fileCatalog(store), clock: systemClock() };
const engine = await openDuckDb({ threads: 1, memoryLimitBytes: 1 << 28, spillFolder: `${folder}-spill-${role}` });
let isStopped = false;
process.stdin.on("end", () => {
  isStopped = true;
});
process.stdin.resume();
process.stdout.write("ready\n");
let appended = 0;
while (!isStopped) {
  if (role === "append") {
    const batch = `peer${appended}`;
    const table = await loadTable("synthetic", lake.catalog);
    const files = await writeDataFiles(
      table,
      smallRows(batch, 100),
      { specId: SPEC_DAY, prefix: batch },
      { store, engine },
    );
    await commitAppend("synthetic", files, { [BATCH_PROPERTY]: batch }, lake);
    appended += 100;
    process.stdout.write(`${appended}\n`);
    await sleep(50);
  } else {
    const table = await loadTable("synthetic", lake.catalog);
    const snapshot = currentSnapshot(table);
    const { files } = await planScan(table, snapshot, {}, store);
    const from = await scanRelation(table, files, store);
    await sleep(200);
    // A column, since the footers alone would answer a plain count.
    const [row] = await engine.all(`SELECT count(*) AS rows, count(time_dt) AS times FROM ${from}`);
    process.stdout.write(`${row?.["rows"]} ${snapshot?.summary["total-records"]} ${row?.["times"]}\n`);
  }
}
engine.close();
