/**
 * What many commits cost: `node test/bench/history.ts [commits]` (10,000). Prints the time of a commit and the size of the
 * metadata as they grow, and then what it takes to find the state of a moment, of a snapshot, and all that is needed.
 */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { commitAppend } from "../../lake/commit.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { countSnapshots, findSnapshot, historyOf, tableAt, wholeTable } from "../../lake/history.ts";
import { encodeMetadata } from "../../lake/metadata.ts";
import { referencedFiles } from "../../lake/references.ts";
import { BATCH_PROPERTY, snapshotAt } from "../../lake/snapshot.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { SYNTHETIC, syntheticFile } from "../support/synthetic-table.ts";

const COMMITS = Number(process.argv[2] ?? 10_000);
const ROW = { timeMs: Date.UTC(2026, 0, 5), account: "111122223333" };
const folder = join(tmpdir(), `logkeep-history-${process.pid}`);
const store = localLakeStore(folder);
const lake = { store, catalog: fileCatalog(store), clock: systemClock() };

try {
  await openTable(SYNTHETIC, lake);
  let at = performance.now();
  for (let index = 1; index <= COMMITS; index += 1) {
    await commitAppend("synthetic", [syntheticFile(`f${index}`, 0, [ROW])], { [BATCH_PROPERTY]: `b${index}` }, lake);
    if (index % (COMMITS / 10) !== 0) continue;
    const { metadata } = await loadTable("synthetic", lake.catalog);
    const bytes = encodeMetadata(metadata).byteLength;
    const commitMs = (performance.now() - at) / (COMMITS / 10);
    console.log(`${index} commits: ${commitMs.toFixed(1)} ms each, ${bytes} bytes of metadata`);
    at = performance.now();
  }
  const table = await loadTable("synthetic", lake.catalog);
  console.log(
    `${countSnapshots(table.metadata)} snapshots, ${historyOf(table.metadata).files.length} files of history`,
  );
  const { snapshots } = (await measure("all snapshots", () => wholeTable(table, store))).metadata;
  for (const place of [0.01, 0.5, 0.9, 0.999]) {
    const wanted = snapshots[Math.floor(place * COMMITS)];
    if (wanted === undefined) throw new Error("a snapshot is missing");
    const ms = wanted["timestamp-ms"];
    const found = await measure(`the state of a moment, ${place} of the way`, () => tableAt(table, ms, store));
    if (snapshotAt(found, ms)?.["timestamp-ms"] !== ms) throw new Error("another state was found");
    const id = wanted["snapshot-id"];
    const same = await measure("the same by its id", () => findSnapshot(table, id, store));
    if (same?.["snapshot-id"] !== id) throw new Error("the snapshot was not found");
  }
  const needed = await measure("what a sweep must know", () => referencedFiles(table, store));
  console.log(`${needed.size} files are needed`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure<T>(what: string, action: () => Promise<T>): Promise<T> {
  const at = performance.now();
  const result = await action();
  console.log(`${what}: ${(performance.now() - at).toFixed(1)} ms`);
  return result;
}
