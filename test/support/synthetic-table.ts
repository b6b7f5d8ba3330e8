import { column, type TableDefinition } from "../../core/table.ts";
import { encodeBound } from "../../lake/bounds.ts";
import type { Lake } from "../../lake/catalog.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import type { DataFile } from "../../lake/model.ts";
import { fakeClock } from "./fake-clock.ts";
import { memoryLakeStore } from "./memory-lake-store.ts";

/** A table whose files exist in manifests only: for planning and committing without an engine. */
export const SYNTHETIC: TableDefinition = {
  id: "synthetic",
  doc: "A table without rows",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: [],
  columns: [column("time_dt", "timestamptz", "When"), column("accountid", "string", "Whose")],
};

/** A lake in memory. */
export function memoryLake(): Lake {
  const store = memoryLakeStore();
  return { store, catalog: fileCatalog(store), clock: fakeClock() };
}

/** A file entry with the statistics that rows of those times (milliseconds) and accounts would give it. */
export function syntheticFile(
  name: string,
  specId: number,
  rows: readonly { readonly timeMs: number | null; readonly account: string | null }[],
): DataFile {
  const times = rows.flatMap((row) => (row.timeMs === null ? [] : [row.timeMs]));
  const accounts = rows.flatMap((row) => (row.account === null ? [] : [row.account])).sort();
  const first = rows[0];
  const day = first === undefined || first.timeMs === null ? null : Math.floor(first.timeMs / 86_400_000);
  const bounds = (time: number | undefined, account: string | undefined): Record<string, string> => ({
    ...(time === undefined ? {} : { "1": encodeBound("timestamptz", BigInt(time) * 1000n) }),
    ...(account === undefined ? {} : { "2": encodeBound("string", account) }),
  });
  return {
    path: `synthetic/data/${name}.parquet`,
    specId,
    partition: specId === 0 ? { day } : { day, account: first?.account ?? null },
    rowCount: rows.length,
    isSorted: true,
    sizeBytes: 1000 + rows.length,
    columnSizes: { "1": 10, "2": 20 },
    valueCounts: { "1": rows.length, "2": rows.length },
    nullCounts: { "1": rows.length - times.length, "2": rows.length - accounts.length },
    lowerBounds: bounds(times.length === 0 ? undefined : Math.min(...times), accounts.at(0)),
    upperBounds: bounds(times.length === 0 ? undefined : Math.max(...times), accounts.at(-1)),
  };
}
