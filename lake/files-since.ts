import { inParallel } from "../core/in-parallel.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import type { LiveFile } from "./model.ts";
import { type FileTests, fileTests, type ScanFilter } from "./plan-scan.ts";
import { currentSnapshot, readManifest, readManifestList } from "./snapshot.ts";

const READS_AT_ONCE = 16;

/** How far a table is: each commit that adds or removes files has the next number. 0 is a table without any. */
export function sequenceNumberOf(table: Table): number {
  return currentSnapshot(table)?.["sequence-number"] ?? 0;
}

/**
 * The live files that came into the table after a sequence number: all rows that were not in it then, and those old ones
 * that were laid into other files since. Needs no snapshot of that time: it may have expired.
 */
export async function filesSince(
  table: Table,
  sequenceNumber: number,
  filter: Pick<ScanFilter, "fromMs" | "toMs">,
  store: LakeStore,
): Promise<readonly LiveFile[]> {
  const tests: FileTests = fileTests(table, filter);
  const manifests = await readManifestList(currentSnapshot(table), store);
  const newer = manifests.filter((each) => each.sequenceNumber > sequenceNumber && tests.mayHoldFiles(each));
  const entries = await inParallel(newer, READS_AT_ONCE, (manifest) => readManifest(table, manifest, store));
  return entries
    .flat()
    .filter(({ status, sequenceNumber: since }) => status !== "deleted" && (since ?? 0) > sequenceNumber)
    .map(({ file }) => file);
}
