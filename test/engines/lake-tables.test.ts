import { expect, test } from "vitest";
import type { JsonRow, SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { loadTable } from "../../lake/table.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { ingestFolder } from "../support/ingest-folder.ts";
import { runSimulation } from "../support/simulation.ts";
import { TRINO_CATALOG } from "../support/trino.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { registerLake } from "../support/trino-lake.ts";
import { trinoRows } from "../support/trino-rows.ts";

test("default: Trino reads from every table what DuckDB reads", async (context) => {
  const server = trinoInTest(context);
  await using at = await ingestFolder();
  const run = await runSimulation({ accounts: 3, days: 1, eventsPerDay: 1500, seed: 7 });
  for (const [key, bytes] of run.objects) if (!key.endsWith("/")) await at.put(key, bytes);
  await at.ingest();
  const engine = await openTestEngine();
  try {
    const tables = await registerLake(server, at.lake, "simulated");
    expect(tables).toEqual(expect.arrayContaining(["cloudtrail", "config", "findings", "ledger", "vpc_flow"]));
    for (const table of tables) {
      const expected = sorted(await duckDbRows(table, at.lake, engine));
      const read = await trinoRows(server, `SELECT * FROM ${table}`, { catalog: TRINO_CATALOG, schema: "simulated" });
      expect(expected.length, table).toBeGreaterThan(0);
      expect(sorted(read), table).toEqual(expected);
    }
  } finally {
    engine.close();
  }
});

async function duckDbRows(tableId: string, lake: Lake, engine: SqlEngine): Promise<JsonRow[]> {
  const table = await loadTable(tableId, lake.catalog);
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  const { chunks } = await engine.stream(`SELECT * FROM ${scanRelation(table, files, lake.store)}`);
  return (await collect(chunks)).flat();
}

function sorted(rows: readonly JsonRow[]): readonly JsonRow[] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort()
    .map(([, row]) => row);
}
