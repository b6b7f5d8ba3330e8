import type { JsonRow, SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { collect } from "./collect.ts";

/** All rows of a table as it is now, as DuckDB reads them. */
export async function duckDbTable(tableId: string, lake: Lake, engine: SqlEngine): Promise<readonly JsonRow[]> {
  const table = await loadTable(tableId, lake.catalog);
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  const { chunks } = await engine.stream(`SELECT * FROM ${await scanRelation(table, files, lake.store)}`);
  return (await collect(chunks)).flat();
}
