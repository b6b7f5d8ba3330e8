/** Texts of Athena's SQL with what a real Trino made of them, and the spelling in which both engines' results compare. */
import { readFileSync } from "node:fs";
import type { JsonRow, SqlColumn } from "../../core/sql-engine.ts";
import { ROOT } from "./catalog.ts";
import { COLLECTION_CASES } from "./dialect-cases/collections.ts";
import { DATE_CASES } from "./dialect-cases/dates.ts";
import { QUERY_CASES } from "./dialect-cases/queries.ts";
import { REFUSED_CALLS } from "./dialect-cases/refused-calls.ts";
import { REFUSED_QUERIES } from "./dialect-cases/refused-queries.ts";
import { REFUSED_VALUES } from "./dialect-cases/refused-values.ts";
import { TEXT_CASES } from "./dialect-cases/text.ts";
import { VALUE_CASES } from "./dialect-cases/values.ts";
import { type TrinoAddress, TrinoError, type TrinoType, trinoQuery } from "./trino-client.ts";
import { jsonRows } from "./trino-rows.ts";

/** All texts. */
export const DIALECT_CASES: readonly string[] = [
  ...TEXT_CASES,
  ...VALUE_CASES,
  ...COLLECTION_CASES,
  ...DATE_CASES,
  ...QUERY_CASES,
];

/** Texts that Trino refuses before it reads a row: by types, names, groups. */
export const REFUSED_CASES: readonly string[] = [...REFUSED_VALUES, ...REFUSED_CALLS, ...REFUSED_QUERIES];

/** Where Trino's names for these errors are kept; recorded as the answers are. */
export const REFUSALS_FILE: string = `${ROOT}test/goldens/dialect-refused.json`;

/** A text and Trino's name for what is wrong with it. */
export interface Refusal {
  readonly sql: string;
  readonly trino: string;
}

/** The recorded refusals. */
export function readRefusals(): readonly Refusal[] {
  // The engines tier wrote the file in this shape.
  return JSON.parse(readFileSync(REFUSALS_FILE, "utf8")) as readonly Refusal[];
}

/** Where Trino's answers are kept; `vitest run --project engines -u test/engines/dialect-goldens.test.ts` records them. */
export const GOLDENS_FILE: string = `${ROOT}test/goldens/dialect.json`;

/** What came of a text. A failure has no rows: the engines word theirs differently. */
export type Outcome = Answer | { readonly fails: string };

/** Columns as `name type`, and rows. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A text and its outcome on Trino. */
export interface Golden {
  readonly sql: string;
  readonly trino: Outcome;
}

/** The recorded answers. */
export function readGoldens(): readonly Golden[] {
  // The engines tier wrote the file in this shape.
  return JSON.parse(readFileSync(GOLDENS_FILE, "utf8")) as readonly Golden[];
}

/** A result as an outcome. `types` are spelled as Trino does, without the lengths and precisions that DuckDB lacks. */
export function outcomeOf(
  columns: readonly { readonly name: string; readonly type: string }[],
  rows: readonly JsonRow[],
): Answer {
  return {
    // The engine's stream tells columns of one name apart by a number.
    columns: columns.map(({ name, type }) => `${name.replace(/:[0-9]+$/, "")} ${type}`),
    rows: rows.map((row) => Object.values(row).map(sortKeys)),
  };
}

/** What a server makes of a text. */
export async function askTrino(trino: TrinoAddress, sql: string): Promise<Outcome> {
  try {
    const result = await trinoQuery(trino, sql);
    const columns = result.columns.map(({ name, typeSignature }) => ({ name, type: trinoTypeName(typeSignature) }));
    return outcomeOf(columns, jsonRows(result));
  } catch (thrown) {
    if (thrown instanceof TrinoError) return { fails: thrown.errorName };
    throw thrown;
  }
}

/** A map's entries have no order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}

/** A type of Trino's, without lengths and with the precision of decimals only. */
export function trinoTypeName({ rawType, arguments: parts }: TrinoType): string {
  const types = parts.map(argumentName);
  if (/^(varchar|timestamp|timestamp with time zone)$/.test(rawType)) return rawType;
  return types.length === 0 ? rawType : `${rawType}(${types.join(", ")})`;
}

function argumentName(part: TrinoType["arguments"][number]): string {
  switch (part.kind) {
    case "TYPE":
      return trinoTypeName(part.value);
    case "NAMED_TYPE":
      return `${part.value.fieldName?.name ?? ""} ${trinoTypeName(part.value.typeSignature)}`.trim();
    case "LONG":
      return String(part.value);
    case "VARIABLE":
      return part.value;
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  BLOB: "varbinary",
  '"NULL"': "unknown",
  "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
};

/** A type of DuckDB's in Trino's spelling. */
export function duckDbTypeName({ type }: Pick<SqlColumn, "type">): string {
  if (type.endsWith("[]")) return `array(${duckDbTypeName({ type: type.slice(0, -2) })})`;
  const nested = /^(MAP|STRUCT|DECIMAL)\((.*)\)$/.exec(type);
  if (nested === null) return SIMPLE[type] ?? type.toLowerCase();
  const [, kind = "", inside = ""] = nested;
  if (kind === "DECIMAL") return `decimal(${inside.replace(/,\s*/, ", ")})`;
  const parts = splitTop(inside);
  if (kind === "MAP") return `map(${parts.map((each) => duckDbTypeName({ type: each })).join(", ")})`;
  const fields = parts.map((part) => {
    const [, name = "", rest = part] = /^("(?:[^"]|"")*"|\w+) (.+)$/.exec(part) ?? [];
    return `${name.replaceAll('"', "")} ${duckDbTypeName({ type: rest })}`.trim();
  });
  // Fields without a name are called so by both engines' clients.
  return `row(${fields.map((field) => field.replace(/^field\d+ /, "")).join(", ")})`;
}

/** Splits at commas outside parentheses. */
function splitTop(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}
