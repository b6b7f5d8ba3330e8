/**
 * Named text values -> typed raw columns, shared by the sources that are not JSON. A value that its column cannot hold
 * letter for letter stays in `unmapped`, under the name the object itself gave the field.
 */
import type { RawKind, Source } from "../core/source.ts";
import { sqlName, sqlString } from "../core/sql-engine.ts";

/** One field of a record: its name as the object has it, and SQL of its text (null or `-` where it has no value). */
export interface FieldText {
  readonly name: string;
  readonly text: string;
}

/** SQL of a record's typed columns. */
export interface FieldColumns {
  /** Select items for an inner query: one `n_<field>` per known numeric field. */
  readonly parsed: readonly string[];
  /** Select items for an outer query: every raw field of the source, by its own name. */
  readonly columns: readonly string[];
  /** JSON text of what the columns do not hold, or null. */
  readonly unmapped: string;
}

/** Raw names are spelled with hyphens in text and with underscores in Parquet; ours have underscores. */
export function rawName(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * `text` fields are VARCHAR, `number` fields BIGINT from the plain decimal spelling of 0 to 2^63-1. `-` is null.
 * Fields that the source does not know, and a field's second occurrence, go to `unmapped`.
 */
export function fieldColumns(source: Source, fields: readonly FieldText[]): FieldColumns {
  const known = new Map<string, FieldText>();
  const unknown: FieldText[] = [];
  for (const field of fields) {
    const name = rawName(field.name);
    if (Object.hasOwn(source.raw, name) && !known.has(name)) known.set(name, field);
    else unknown.push(field);
  }
  const numbers = [...known].filter(([name]) => source.raw[name] === "number");
  const members = [
    ...unknown.map(({ name, text }) => member(name, text, `${text} <> '-'`)),
    ...numbers.map(([name, { name: written, text }]) => member(written, text, `n_${name} IS NULL AND ${text} <> '-'`)),
  ];
  return {
    parsed: numbers.map(([name, { text }]) => `${plainInteger(text)} AS n_${name}`),
    columns: Object.entries(source.raw).map(([name, kind]) => `${columnOf(name, kind, known)} AS ${sqlName(name)}`),
    unmapped:
      members.length === 0 ? "NULL::VARCHAR" : `nullif('{' || concat_ws(',', ${members.join(", ")}) || '}', '{}')`,
  };
}

/** Null unless the text is what the number is written as: the engine would also take `1e3`, ` 5`, `007` and `1.5`. */
function plainInteger(text: string): string {
  const value = `TRY_CAST(${text} AS BIGINT)`;
  return `CASE WHEN ${value} >= 0 AND ${value}::VARCHAR = ${text} THEN ${value} END`;
}

function member(name: string, text: string, condition: string): string {
  return `CASE WHEN ${condition} THEN ${sqlString(`${JSON.stringify(name)}:`)} || to_json(${text})::VARCHAR END`;
}

function columnOf(name: string, kind: RawKind | object, known: ReadonlyMap<string, FieldText>): string {
  const field = known.get(name);
  if (kind === "number") return field === undefined ? "NULL::BIGINT" : `n_${name}`;
  return field === undefined ? "NULL::VARCHAR" : `nullif(${field.text}, '-')`;
}
