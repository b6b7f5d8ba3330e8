/** A small SQL engine with sample rows in every table that saved queries ask, and a way to ask them. */
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import { type JsonRow, type SqlEngine, sqlName } from "../../core/sql-engine.ts";
import { translateAthena } from "../../queries/dialect/translate.ts";
import { parseParameters } from "../../queries/parse-parameters.ts";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { openTestEngine } from "./engine.ts";
import { openLabOnTrino } from "./lab-on-trino.ts";
import { createNormalizedTable, type RecordInput, sourceOf } from "./normalize-records.ts";
import { createTableOf, sqlTypeOf } from "./table-rows.ts";

/** Spans such as `7d` count back from here. */
export const LAB_NOW_MS = Date.UTC(2026, 0, 10);

const NO_FLOWS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n";

const TABLES = [
  ...["cloudtrail", "vpc_flow", "config"].map((id) => sourceOf(id).table),
  FINDINGS_TABLE,
  LEDGER_TABLE,
  REJECTS_TABLE,
];

/** What the tables hold: records as they are delivered, and rows of our own tables. */
export interface LabSamples {
  readonly cloudtrail?: readonly unknown[];
  /** A flow log object with its header line. */
  readonly flows?: string;
  readonly config?: readonly unknown[];
  readonly findings?: readonly JsonRow[];
  readonly ledger?: readonly JsonRow[];
  readonly rejects?: readonly JsonRow[];
}

/** The lab. */
export interface QueryLab {
  /** Asks a saved query with `name=value` texts. */
  ask(id: string, ...given: string[]): Promise<readonly JsonRow[]>;
  close(): Promise<void>;
}

/** Opens a lab. In the tier that has a Trino server every answer is compared with the server's. Close it. */
export async function openQueryLab(samples: LabSamples): Promise<QueryLab> {
  const engine = await openTestEngine();
  await createSourceTable(engine, "cloudtrail", samples.cloudtrail ?? []);
  await createSourceTable(engine, "vpc_flow", samples.flows ?? NO_FLOWS);
  await createSourceTable(engine, "config", samples.config ?? []);
  await createTableOf(engine, FINDINGS_TABLE, samples.findings ?? []);
  await createTableOf(engine, LEDGER_TABLE, samples.ledger ?? []);
  await createTableOf(engine, REJECTS_TABLE, samples.rejects ?? []);
  const onTrino = await openLabOnTrino(TABLES, engine);
  /** Macros that the engine has. */
  const ran = new Set<string>();
  const ask = async (id: string, ...given: string[]) => {
    const file = SAVED_QUERIES.find((each) => each.id === id);
    if (file === undefined) throw new Error(`no query ${id}`);
    const query = parseSavedQuery(file);
    const { sql, setup } = translateAthena(query.sql, query.parameters);
    for (const statement of setup.filter((each) => !ran.has(each))) {
      await engine.run(statement);
      ran.add(statement);
    }
    const rows: JsonRow[] = [];
    const params = parseParameters(query, given, LAB_NOW_MS);
    const { chunks } = await engine.stream(sql, params);
    for await (const chunk of chunks) rows.push(...chunk);
    await onTrino?.compare(id, query.sql, params, rows);
    return rows;
  };
  return {
    ask,
    close: async () => {
      await onTrino?.close();
      engine.close();
    },
  };
}

/** In the types of the lake: the projection's JSON is text there. */
async function createSourceTable(engine: SqlEngine, id: string, records: RecordInput): Promise<void> {
  await createNormalizedTable(engine, "normalized_records", id, [records]);
  const columns = sourceOf(id).table.columns.map(
    ({ name, type }) => `CAST(${sqlName(name)} AS ${sqlTypeOf(type)}) AS ${sqlName(name)}`,
  );
  // The address of a row is its batch's to give.
  const given = columns.filter((each) => !each.endsWith('"logkeep"'));
  await engine.run(`CREATE TEMP TABLE ${sqlName(id)} AS SELECT ${given.join(", ")} FROM normalized_records`);
  await engine.run("DROP TABLE normalized_records");
}

/** Columns of rows, one list a row. */
export function pick(rows: readonly JsonRow[], ...columns: string[]): readonly (readonly unknown[])[] {
  return rows.map((row) => columns.map((column) => row[column]));
}
