import { DELIVERIES_TABLE } from "../../core/delivery.ts";
import { usageError } from "../../core/errors.ts";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import type { JsonRow, SqlColumn } from "../../core/sql-engine.ts";
import type { Column, ColumnType, TableDefinition } from "../../core/table.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import type { Lake } from "../../lake/catalog.ts";
import { countSnapshots } from "../../lake/history.ts";
import { currentSnapshot } from "../../lake/snapshot.ts";
import { TEXT_FORMATS } from "../../queries/output/row-format.ts";
import { writeText } from "../answer.ts";
import { type Command, DATA_OPTION, LAKE_OPTION } from "../command.ts";
import { openLake } from "../wire.ts";

const TABLES: readonly TableDefinition[] = [
  ...SOURCES.map((source) => source.table),
  FINDINGS_TABLE,
  LEDGER_TABLE,
  REJECTS_TABLE,
  DELIVERIES_TABLE,
];

const LIST_COLUMNS: readonly SqlColumn[] = [
  { name: "table", type: "VARCHAR" },
  { name: "rows", type: "BIGINT" },
  { name: "files", type: "BIGINT" },
  { name: "size_bytes", type: "BIGINT" },
  { name: "snapshots", type: "BIGINT" },
  { name: "changed_at", type: "VARCHAR" },
  { name: "doc", type: "VARCHAR" },
];

const COLUMN_COLUMNS: readonly SqlColumn[] = ["column", "type", "doc"].map((name) => ({ name, type: "VARCHAR" }));

/** `logkeep tables`. */
export const tablesCommand: Command = {
  description: "Lists the tables with their sizes, or the columns of one table with what they hold.",
  arguments: [{ syntax: "[name]", help: "a table" }],
  options: [
    { kind: "choice", flags: "--format <format>", help: "table (default), csv or json", choices: TEXT_FORMATS },
    LAKE_OPTION,
    DATA_OPTION,
  ],
  examples: ["logkeep tables", "logkeep tables cloudtrail"],
  run: async (call, context) => {
    const format = TEXT_FORMATS.find((each) => each === call.text("format")) ?? "table";
    const name = call.args[0];
    const found = TABLES.find((table) => table.id === name);
    if (name !== undefined && found === undefined) throw unknownTable(name);
    const lake = await openLake(context.config, context.clock);
    const rows = found === undefined ? await listTables(lake) : found.columns.flatMap((each) => listColumns(each, ""));
    const columns = found === undefined ? LIST_COLUMNS : COLUMN_COLUMNS;
    await writeText({ columns, chunks: once(rows) }, format, context.stdout, context.signal);
    return 0;
  },
};

/** Sizes come from the newest snapshot's summary: no file is opened. */
async function listTables(lake: Lake): Promise<readonly JsonRow[]> {
  const rows: JsonRow[] = [];
  for (const { id, doc } of TABLES) {
    const table = await lake.catalog.load(id);
    const snapshot = table === null ? null : currentSnapshot(table);
    const total = (name: string) => Number(snapshot?.summary[name] ?? 0);
    rows.push({
      table: id,
      rows: total("total-records"),
      files: total("total-data-files"),
      size_bytes: total("total-files-size"),
      snapshots: table === null ? 0 : countSnapshots(table.metadata),
      changed_at: snapshot === null ? null : new Date(snapshot["timestamp-ms"]).toISOString(),
      doc,
    });
  }
  return rows;
}

function listColumns(column: Column, prefix: string): readonly JsonRow[] {
  const path = `${prefix}${column.name}`;
  const row = { column: path, type: typeName(column.type), doc: column.doc };
  return [row, ...fieldsOf(column.type).flatMap((field) => listColumns(field, `${path}${arrow(column.type)}`))];
}

function fieldsOf(type: ColumnType): readonly Column[] {
  if (typeof type === "string") return [];
  return type.kind === "list" ? fieldsOf(type.element) : type.fields;
}

function arrow(type: ColumnType): string {
  return typeof type !== "string" && type.kind === "list" ? "[]." : ".";
}

function typeName(type: ColumnType): string {
  if (typeof type === "string") return type;
  return type.kind === "list" ? `list of ${typeName(type.element)}` : "struct";
}

function unknownTable(name: string) {
  const known = TABLES.map((table) => table.id).join(", ");
  return usageError("there is no such table", `the tables are ${known}`, { table: name });
}

async function* once(rows: readonly JsonRow[]): AsyncGenerator<readonly JsonRow[]> {
  yield rows;
}
