/** The tables of a query lab once more in a lake, asked by a Trino server: each answer must be the one that DuckDB gave. */
import { expect, inject } from "vitest";
import { quoteAthenaParameter } from "../../core/athena-parameter.ts";
import { type JsonRow, type SqlEngine, type SqlParams, sqlName } from "../../core/sql-engine.ts";
import { sqlTokens } from "../../core/sql-tokens.ts";
import type { TableDefinition } from "../../core/table.ts";
import { commitAppend } from "../../lake/commit.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { BATCH_PROPERTY } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { sqlTypeOf } from "./table-rows.ts";
import { temporaryLake } from "./temporary-lake.ts";
import { TRINO_CATALOG } from "./trino.ts";
import { registerLake } from "./trino-lake.ts";
import { trinoRows } from "./trino-rows.ts";
import type {} from "./trino-setup.ts";

/** Asks the other engine. Close it. */
export interface LabOnTrino {
  /** Fails the test when the server's rows are not `rows`, in their order. */
  compare(id: string, text: string, params: SqlParams, rows: readonly JsonRow[]): Promise<void>;
  close(): Promise<void>;
}

let labs = 0;

/** Null where the run has no server: the unit tier never has one. `engine` holds the tables. */
export async function openLabOnTrino(
  definitions: readonly TableDefinition[],
  engine: SqlEngine,
): Promise<LabOnTrino | null> {
  // The tiers provide different things, whatever the types say.
  const server = inject("trino") as ReturnType<typeof inject<"trino">> | undefined;
  if (server === undefined || "missing" in server) return null;
  labs += 1;
  const schema = `lab_${process.pid}_${labs}`;
  const held = await temporaryLake();
  for (const definition of definitions) await writeTable(definition, engine, held.lake);
  await registerLake(server, held.lake, schema);
  return {
    compare: async (id, text, params, rows) => {
      const answer = await trinoRows(server, withValues(text, params), { catalog: TRINO_CATALOG, schema });
      expect(plain(answer), `${id} on Trino`).toBe(plain(rows));
    },
    close: async () => {
      await held[Symbol.asyncDispose]();
    },
  };
}

async function writeTable(definition: TableDefinition, engine: SqlEngine, lake: Parameters<typeof openTable>[1]) {
  const { id, columns } = definition;
  const described = await engine.all(`SELECT column_name FROM (DESCRIBE ${sqlName(id)})`);
  const there = new Set(described.map((row) => row["column_name"]));
  const list = columns.map(({ name, type }) =>
    there.has(name) ? sqlName(name) : `CAST(NULL AS ${sqlTypeOf(type)}) AS ${sqlName(name)}`,
  );
  const table = await openTable(definition, lake);
  const rows = `(SELECT ${list.join(", ")} FROM ${sqlName(id)})`;
  const files = await writeDataFiles(table, rows, { specId: SPEC_DAY, prefix: "lab" }, { store: lake.store, engine });
  if (files.length > 0) await commitAppend(id, files, { [BATCH_PROPERTY]: "lab" }, lake);
}

/** The text with literals in the places of its parameters. */
function withValues(text: string, params: SqlParams): string {
  let sql = "";
  let end = 0;
  for (const token of sqlTokens(text)) {
    if (token.kind !== "parameter") continue;
    sql += text.slice(end, token.start) + quoteAthenaParameter(params[token.text.slice(1)] ?? null);
    end = token.end;
  }
  return sql + text.slice(end);
}

function plain(rows: readonly JsonRow[]): string {
  return JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? Number(value) : value), 1);
}
