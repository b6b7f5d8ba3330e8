import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../../adapters/duckdb.ts";
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { fakeClock } from "./fake-clock.ts";

/** A lake in a temporary folder with an engine; `await using` removes the one and closes the other. */
export interface TemporaryLake extends AsyncDisposable {
  readonly folder: string;
  readonly lake: Lake;
  readonly engine: SqlEngine;
}

export async function temporaryLake(): Promise<TemporaryLake> {
  const folder = await mkdtemp(join(tmpdir(), "lake-"));
  const store = localLakeStore(join(folder, "lake"));
  const engine = await openDuckDb({ threads: 2, memoryLimitBytes: 1 << 30, spillFolder: join(folder, "spill") });
  return {
    folder,
    lake: { store, catalog: fileCatalog(store), clock: fakeClock() },
    engine,
    [Symbol.asyncDispose]: async () => {
      engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
