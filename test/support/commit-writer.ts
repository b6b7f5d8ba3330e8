/**
 * A writer of its own process: appends `count` batches to the synthetic table, one commit each, and prints a line for
 * each: `<batch> <snapshot> <parent> <sequence number> <committed>`. One argument, JSON: `CommitWriterOptions`.
 */
import { openGlueCatalog } from "../../adapters/glue-catalog.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { openS3LakeStore } from "../../adapters/s3-lake-store.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { commitAppend } from "../../lake/commit.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { registerCatalog } from "../../lake/register-catalog.ts";
import { BATCH_PROPERTY } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { SYNTHETIC, syntheticFile } from "./synthetic-table.ts";

/** Which lake, and what to write. */
export interface CommitWriterOptions {
  /** A folder, or a bucket at `endpoint`. */
  readonly folder: string | null;
  readonly bucket: string | null;
  readonly endpoint: string | null;
  readonly glueEndpoint: string | null;
  /** Null: the file catalog. */
  readonly glueDatabase: string | null;
  readonly name: string;
  readonly count: number;
}

// Only the test that starts this process gives it arguments.
const options = JSON.parse(process.argv[2] ?? "") as CommitWriterOptions;
const { folder, bucket, endpoint, glueEndpoint, glueDatabase, name, count } = options;
const clock = systemClock();
const cache = { folder: "", maxBytes: 0, clock };
const store =
  bucket === null ? localLakeStore(folder ?? "") : openS3LakeStore({ bucket, prefix: "org/lake", endpoint, cache });
const catalog =
  glueDatabase === null
    ? fileCatalog(store)
    : registerCatalog(openGlueCatalog({ database: glueDatabase, endpoint: glueEndpoint }), store);
const lake = { store, catalog, clock };
await openTable(SYNTHETIC, lake);
process.stdout.write("ready\n");
for await (const _ of process.stdin) break;
for (let index = 0; index < count; index += 1) {
  const batch = `${name}-${String(index).padStart(3, "0")}`;
  const file = syntheticFile(batch, 0, [{ timeMs: Date.UTC(2024, 0, 1), account: "111122223333" }]);
  const { snapshot, committed } = await commitAppend("synthetic", [file], { [BATCH_PROPERTY]: batch }, lake);
  const { "snapshot-id": id, "parent-snapshot-id": parent = 0, "sequence-number": sequence } = snapshot;
  process.stdout.write(`${batch} ${id} ${parent} ${sequence} ${committed}\n`);
}
process.exit(0);
