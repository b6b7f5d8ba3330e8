import type { PrimitiveType } from "../core/table.ts";

// Iceberg's default `truncate(16)`: enough to prune by, short enough for wide tables.
const BOUND_CHARACTERS = 16;

/** A column's value as JavaScript holds it exactly: bigint for integers and for microseconds since 1970. */
export type BoundValue = boolean | bigint | number | string;

/**
 * Reads a minimum or maximum from DuckDB's text. Null where the text is no finite value (`inf`, years before 1): a
 * missing bound only costs pruning, a wrong one loses rows.
 */
export function parseStatistic(type: PrimitiveType, text: string): BoundValue | null {
  switch (type) {
    case "boolean":
      return text === "1" || text === "true" ? true : text === "0" || text === "false" ? false : null;
    case "int":
    case "long":
      return /^-?[0-9]+$/.test(text) ? BigInt(text) : null;
    case "double": {
      const value = text === "" ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : null;
    }
    case "string":
      return text;
    case "timestamptz":
      return parseInstant(text);
    default:
      return unreachable(type);
  }
}

/** The lower bound of a column, shortened where the spec lets it be. */
export function lowerBound(value: BoundValue): BoundValue {
  return typeof value === "string" ? firstCharacters(value) : value;
}

/** The upper bound: a shortened string has its last character counted up, so that it stays above. Null when none can. */
export function upperBound(value: BoundValue): BoundValue | null {
  if (typeof value !== "string") return value;
  const cut = [...firstCharacters(value)];
  if (cut.join("") === value) return value;
  while (cut.length > 0) {
    const next = nextCodePoint(cut.pop()?.codePointAt(0) ?? 0);
    if (next !== null) return cut.join("") + String.fromCodePoint(next);
  }
  return null;
}

/** Iceberg's binary single-value serialization (spec, appendix D), in base64. */
export function encodeBound(type: PrimitiveType, value: BoundValue): string {
  return bytesOf(type, value).toString("base64");
}

/** Iceberg orders strings by their UTF-8 bytes, which is not JavaScript's order of UTF-16 units. */
export function compareStrings(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function bytesOf(type: PrimitiveType, value: BoundValue): Buffer {
  const bytes = Buffer.alloc(8);
  switch (type) {
    case "boolean":
      return Buffer.from([value === true ? 1 : 0]);
    case "int":
      bytes.writeInt32LE(Number(value));
      return bytes.subarray(0, 4);
    case "long":
    case "timestamptz":
      bytes.writeBigInt64LE(BigInt(value));
      return bytes;
    case "double":
      bytes.writeDoubleLE(Number(value));
      return bytes;
    case "string":
      return Buffer.from(String(value), "utf8");
    default:
      return unreachable(type);
  }
}

function parseInstant(text: string): bigint | null {
  const match = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction] = match.map((part) => part ?? "");
  // Date.UTC reads years 0..99 as 1900..1999, so the year is set apart.
  const instant = new Date(
    Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
  instant.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return BigInt(instant.getTime()) * 1000n + BigInt((fraction ?? "").padEnd(6, "0"));
}

function firstCharacters(value: string): string {
  // Two UTF-16 units a character at most: no need to spread a long text.
  return [...value.slice(0, BOUND_CHARACTERS * 2)].slice(0, BOUND_CHARACTERS).join("");
}

function nextCodePoint(code: number): number | null {
  if (code >= 0x10ffff) return null;
  return code === 0xd7ff ? 0xe000 : code + 1;
}

function unreachable(type: never): never {
  throw new TypeError(`unknown type ${String(type)}`);
}
