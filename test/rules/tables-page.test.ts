import { expect, test } from "vitest";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import type { Column, ColumnType, TableDefinition } from "../../core/table.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { ROOT } from "../support/catalog.ts";

const TABLES: readonly TableDefinition[] = [
  ...SOURCES.map((source) => source.table),
  FINDINGS_TABLE,
  LEDGER_TABLE,
  REJECTS_TABLE,
];

test("default: the page of tables says what the definitions say", async () => {
  await expect(renderPage()).toMatchFileSnapshot(`${ROOT}docs/tables.gen.md`);
});

function renderPage(): string {
  const head =
    "# Tables\n\nRendered from the definitions by `npm run gen`. Do not edit. Paths below a struct are written with dots,\nelements of a list with `[]`.\n";
  return `${[head, ...TABLES.map(renderTable)].join("\n")}`;
}

function renderTable({ id, doc, columns }: TableDefinition): string {
  const rows = columns.flatMap((each) => renderColumn(each, ""));
  return `## ${id}\n\n${doc}\n\n| column | type | what it holds |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function renderColumn({ name, type, doc }: Column, prefix: string): string[] {
  const path = `${prefix}${name}`;
  return [`| \`${path}\` | ${kindOf(type)} | ${doc.replaceAll("|", "\\|")} |`, ...renderInner(type, path)];
}

function renderInner(type: ColumnType, path: string): string[] {
  if (typeof type === "string") return [];
  if (type.kind === "list") return renderInner(type.element, `${path}[]`);
  return type.fields.flatMap((field) => renderColumn(field, `${path}.`));
}

function kindOf(type: ColumnType): string {
  if (typeof type === "string") return type;
  return type.kind === "list" ? `list of ${kindOf(type.element)}` : "struct";
}
