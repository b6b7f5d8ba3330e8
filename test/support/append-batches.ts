/**
 * A process to be killed: appends batches 0 to `count` - 1 to a lake, then compacts it. Run again it goes on where it
 * stopped. Arguments: the lake's folder and the count. Prints a line when it is ready.
 */
import { openDuckDb } from "../../adapters/duckdb.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { commitAppend } from "../../lake/commit.ts";
import { compactTable } from "../../lake/compact.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { BATCH_PROPERTY, snapshotOfBatch } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { SYNTHETIC } from "./synthetic-table.ts";

const [folder = "", count = "0"] = process.argv.slice(2);
const store = localLakeStore(folder);
const lake = { store, catalog: fileCatalog(store), clock: { now: Date.now, sleep: async () => {} } };
const engine = await openDuckDb({ threads: 1, memoryLimitBytes: 1 << 28, spillFolder: `${folder}-spill` });
process.stdout.write("ready\n");
for (let batch = 0; batch < Number(count); batch += 1) {
  const table = await openTable(SYNTHETIC, lake);
  if (snapshotOfBatch(table, `b${batch}`) !== null) continue;
  const rows = `(SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_seconds(${batch} * 7000 + i) AS time_dt,
    'b${batch}-' || (i % 3) AS accountid FROM range(100) t(i))`;
  const files = await writeDataFiles(table, rows, { specId: SPEC_DAY, prefix: `b${batch}` }, { store, engine });
  await commitAppend("synthetic", files, { [BATCH_PROPERTY]: `b${batch}` }, lake);
  if (batch % 10 === 9) await compactTable("synthetic", {}, { ...lake, engine });
}
await compactTable("synthetic", {}, { ...lake, engine });
engine.close();
