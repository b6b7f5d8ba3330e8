/**
 * A maintenance to be killed: all steps for the synthetic table, without any mercy for age, so that every kill may hit a
 * commit, an expiry or a removal. Argument: the lake's folder. Prints a line when it is ready.
 */
import { openDuckDb } from "../../adapters/duckdb.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { sweepOrphans } from "../../lake/clean.ts";
import { compactTable } from "../../lake/compact.ts";
import { expireSnapshots } from "../../lake/expire.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { deleteExpired } from "../../lake/retention.ts";
import { rewriteManifests } from "../../lake/rewrite-manifests.ts";

const [folder = ""] = process.argv.slice(2);
const store = localLakeStore(folder);
const lake = { store, catalog: fileCatalog(store), clock: systemClock() };
const engine = await openDuckDb({ threads: 1, memoryLimitBytes: 1 << 28, spillFolder: `${folder}-spill-victim` });
process.stdout.write("ready\n");
await compactTable("synthetic", { maxTaskFiles: 30 }, { ...lake, engine });
// Far longer than there has been anything.
await deleteExpired("synthetic", { keepDays: 20_000, heldAccounts: new Set() }, lake);
await rewriteManifests("synthetic", lake);
await expireSnapshots("synthetic", { currentSinceMs: lake.clock.now(), keepNewest: 1, batches: new Set() }, lake);
await sweepOrphans("synthetic", { ageMs: 0 }, lake);
engine.close();
