import { sqlName } from "../core/sql-engine.ts";

/** A type as Athena's engine spells it: `varchar(3)`, `array(row(a bigint, "b c" timestamp(3) with time zone))`. */
export type AthenaType =
  | { readonly kind: "scalar"; readonly name: string; readonly text: string }
  | { readonly kind: "array"; readonly element: AthenaType; readonly text: string }
  | { readonly kind: "map"; readonly key: AthenaType; readonly value: AthenaType; readonly text: string }
  | { readonly kind: "row"; readonly fields: readonly AthenaField[]; readonly text: string };

/** A field of a row; null for one without a name. */
export interface AthenaField {
  readonly name: string | null;
  readonly type: AthenaType;
}

/** Reads what `typeof` gives, or null where it is no type that we know how to read. */
export function parseAthenaType(text: string): AthenaType | null {
  const trimmed = text.trim();
  const open = trimmed.indexOf("(");
  const base = (open === -1 ? trimmed : trimmed.slice(0, open)).toLowerCase();
  const isCall = open !== -1 && trimmed.endsWith(")");
  const parts = isCall ? splitTop(trimmed.slice(open + 1, -1)) : [];
  if (base === "array" && isCall) {
    const element = parts.length === 1 ? parseAthenaType(parts[0] ?? "") : null;
    return element === null ? null : { kind: "array", element, text: trimmed };
  }
  if (base === "map" && isCall) {
    const [key, value] = parts.map(parseAthenaType);
    return parts.length === 2 && key && value ? { kind: "map", key, value, text: trimmed } : null;
  }
  if (base === "row" && isCall) {
    const fields = parts.map(parseField);
    return fields.every((field) => field !== null) ? { kind: "row", fields, text: trimmed } : null;
  }
  // `timestamp(3) with time zone` is one name with its precision inside.
  const name = trimmed.replace(/\(\s*[\d\s,]*\)/, "").toLowerCase();
  return /^[a-z][a-z0-9 ]*$/.test(name) ? { kind: "scalar", name, text: trimmed } : null;
}

/** The type of this machine's SQL engine that holds every value of it, as rows spell them. */
export function duckDbTypeOf(type: AthenaType): string {
  switch (type.kind) {
    case "array":
      return `${nestedTypeOf(type.element)}[]`;
    case "map":
      return `MAP(${nestedTypeOf(type.key)}, ${nestedTypeOf(type.value)})`;
    case "row": {
      const fields = type.fields.map(
        ({ name, type: field }, at) => `${sqlName(name ?? `field${at}`)} ${nestedTypeOf(field)}`,
      );
      return `STRUCT(${fields.join(", ")})`;
    }
    case "scalar":
      return type.name === "decimal" ? decimalOf(type.text) : (DUCKDB_TYPES.get(type.name) ?? "VARCHAR");
  }
}

/** Bytes inside another value stay base64. */
function nestedTypeOf(type: AthenaType): string {
  const text = duckDbTypeOf(type);
  return text === "BLOB" ? "VARCHAR" : text;
}

// All others are texts, as rows spell them.
const DUCKDB_TYPES: ReadonlyMap<string, string> = new Map([
  ["boolean", "BOOLEAN"],
  ["tinyint", "TINYINT"],
  ["smallint", "SMALLINT"],
  ["integer", "INTEGER"],
  ["int", "INTEGER"],
  ["bigint", "BIGINT"],
  ["real", "FLOAT"],
  ["float", "FLOAT"],
  ["double", "DOUBLE"],
  ["date", "DATE"],
  ["timestamp", "TIMESTAMP"],
  ["timestamp with time zone", "TIMESTAMP WITH TIME ZONE"],
  ["varbinary", "BLOB"],
  ["uuid", "UUID"],
]);

function decimalOf(text: string): string {
  const digits = /\((\d{1,2})\s*,\s*(\d{1,2})\)/.exec(text);
  // Without its digits nobody knows where the point is: the text loses nothing.
  return digits === null ? "VARCHAR" : `DECIMAL(${digits[1]}, ${digits[2]})`;
}

function parseField(text: string): AthenaField | null {
  const quoted = /^\s*"(?<name>(?:[^"]|"")*)"\s+(?<type>[\s\S]+)$/.exec(text)?.groups;
  if (quoted !== undefined) {
    const type = parseAthenaType(quoted["type"] ?? "");
    return type === null ? null : { name: (quoted["name"] ?? "").replaceAll('""', '"'), type };
  }
  const plain = /^\s*(?<name>[^\s"(]+)\s+(?<type>[a-z][\s\S]*)$/i.exec(text)?.groups;
  // `double precision`, `timestamp(3) with time zone`: a type of several words is no name and type.
  const isNamed = plain !== undefined && !/^(with|without|precision|day|year)\b/i.test(plain["type"] ?? "");
  const type = parseAthenaType(isNamed ? (plain["type"] ?? "") : text);
  return type === null ? null : { name: isNamed ? (plain["name"] ?? null) : null, type };
}

/** Splits at commas outside of parentheses and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, isQuoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
