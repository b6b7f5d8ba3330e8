import { expect, test } from "vitest";
import { duckDbTable } from "../support/duckdb-table.ts";
import { openTestEngine } from "../support/engine.ts";
import { ingestFolder } from "../support/ingest-folder.ts";
import { runSimulation } from "../support/simulation.ts";
import { sortedRows } from "../support/sorted-rows.ts";
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
      const expected = sortedRows(await duckDbTable(table, at.lake, engine));
      const read = await trinoRows(server, `SELECT * FROM ${table}`, { catalog: TRINO_CATALOG, schema: "simulated" });
      expect(expected.length, table).toBeGreaterThan(0);
      expect(sortedRows(read), table).toEqual(expected);
    }
  } finally {
    engine.close();
  }
});
