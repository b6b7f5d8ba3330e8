/**
 * What Trino converts by itself, compares and casts (`TypeCoercion`, and the casts among its operators): less than DuckDB
 * does. Texts, above all, become nothing else by themselves.
 */
import { isSameType, type RowField, simple, type Type } from "./type.ts";

const INTEGER_DIGITS = { integer: 10, bigint: 19 } as const;
const MAX_PRECISION = 38;

/** The type that values of both become where one type is needed; null where there is none. */
export function commonType(left: Type, right: Type): Type | null {
  if (isSameType(left, right)) return withCommonNames(left, right);
  if (left.kind === "unknown") return right;
  if (right.kind === "unknown") return left;
  return commonNumber(left, right) ?? commonTime(left, right) ?? commonNested(left, right);
}

/** The one type of all; null where there is none. */
export function commonTypeOf(types: readonly Type[]): Type | null {
  let common: Type | null = simple("unknown");
  for (const type of types) {
    if (common === null) return null;
    common = commonType(common, type);
  }
  return common;
}

/** Whether Trino converts a value of `from` to `to` without a word. */
export function coerces(from: Type, to: Type): boolean {
  const common = commonType(from, to);
  return common !== null && isSameType(common, to);
}

/** A row's field names survive where both have them. */
function withCommonNames(left: Type, right: Type): Type {
  if (left.kind === "array" && right.kind === "array") {
    return { kind: "array", element: withCommonNames(left.element, right.element) };
  }
  return commonNested(left, right) ?? left;
}

function commonNested(left: Type, right: Type): Type | null {
  if (left.kind === "array" && right.kind === "array") {
    const element = commonType(left.element, right.element);
    return element === null ? null : { kind: "array", element };
  }
  if (left.kind === "map" && right.kind === "map") {
    const key = commonType(left.key, right.key);
    const value = commonType(left.value, right.value);
    return key === null || value === null ? null : { kind: "map", key, value };
  }
  if (left.kind !== "row" || right.kind !== "row" || left.fields.length !== right.fields.length) return null;
  const fields: RowField[] = [];
  for (const [index, field] of left.fields.entries()) {
    const other = right.fields[index];
    const type = other === undefined ? null : commonType(field.type, other.type);
    if (other === undefined || type === null) return null;
    fields.push({ name: field.name?.toLowerCase() === other.name?.toLowerCase() ? field.name : null, type });
  }
  return { kind: "row", fields };
}

function commonNumber(left: Type, right: Type): Type | null {
  const kinds = [left.kind, right.kind];
  const isNumber = (kind: string) => ["integer", "bigint", "decimal", "real", "double"].includes(kind);
  if (!kinds.every(isNumber)) return null;
  if (kinds.includes("double")) return simple("double");
  if (kinds.includes("real")) return simple("real");
  const [one, two] = [asDecimal(left), asDecimal(right)];
  if (kinds.includes("decimal") && one !== null && two !== null) {
    const scale = Math.max(one.scale, two.scale);
    const whole = Math.max(one.precision - one.scale, two.precision - two.scale);
    return { kind: "decimal", precision: Math.min(MAX_PRECISION, whole + scale), scale };
  }
  return simple("bigint");
}

/** Whole numbers as the decimals that hold them; null for other types. */
export function asDecimal(type: Type): Extract<Type, { kind: "decimal" }> | null {
  if (type.kind === "decimal") return type;
  if (type.kind !== "integer" && type.kind !== "bigint") return null;
  return { kind: "decimal", precision: INTEGER_DIGITS[type.kind], scale: 0 };
}

function commonTime(left: Type, right: Type): Type | null {
  const digits = (type: Type) => (type.kind === "timestamp" || isInstant(type) ? type.precision : 0);
  const isTime = (type: Type) => type.kind === "date" || type.kind === "timestamp" || isInstant(type);
  if (!isTime(left) || !isTime(right)) return null;
  const kind = isInstant(left) || isInstant(right) ? "timestamp with time zone" : "timestamp";
  return { kind, precision: Math.max(digits(left), digits(right)) };
}

function isInstant(type: Type): type is Extract<Type, { kind: "timestamp with time zone" }> {
  return type.kind === "timestamp with time zone";
}

/** Whether values of a type have an order. Equal or not, all of ours can be told. */
export function isOrderable(type: Type): boolean {
  if (type.kind === "array") return isOrderable(type.element);
  if (type.kind === "row") return type.fields.every((field) => isOrderable(field.type));
  return type.kind !== "map" && type.kind !== "json";
}

const NUMBERS = ["boolean", "integer", "bigint", "double", "decimal"];
const TIMES = ["date", "timestamp", "timestamp with time zone"];

/** What CAST makes of each type without parts, itself aside. */
const CASTS: Readonly<Record<string, readonly string[]>> = {
  boolean: [...NUMBERS, "varchar", "json"],
  integer: [...NUMBERS, "varchar", "json"],
  bigint: [...NUMBERS, "varchar", "json"],
  double: [...NUMBERS, "varchar", "json"],
  decimal: [...NUMBERS, "varchar", "json"],
  varchar: [...NUMBERS, ...TIMES, "json", "ipaddress", "varbinary"],
  varbinary: ["ipaddress"],
  date: ["varchar", "timestamp", "timestamp with time zone", "json"],
  timestamp: ["varchar", "date", "timestamp with time zone", "json"],
  "timestamp with time zone": ["varchar", "date", "timestamp"],
  "interval day to second": ["varchar"],
  "interval year to month": ["varchar"],
  json: [...NUMBERS, "varchar"],
  ipaddress: ["varchar", "varbinary"],
};

/** Types that JSON objects have as keys when they become maps. */
const JSON_KEYS = ["boolean", "integer", "bigint", "double", "decimal", "varchar"];

/** Whether Trino has a cast from a type to another, whatever the value. */
export function canCast(from: Type, to: Type): boolean {
  if (from.kind === "unknown") return true;
  if (to.kind === "unknown") return false;
  if (from.kind === "json") return to.kind === "json" || fromJson(to);
  if (to.kind === "json") return toJson(from);
  if (from.kind === "array") return to.kind === "array" && canCast(from.element, to.element);
  if (from.kind === "map") return to.kind === "map" && canCast(from.key, to.key) && canCast(from.value, to.value);
  if (from.kind === "row") {
    if (to.kind !== "row" || from.fields.length !== to.fields.length) return false;
    return from.fields.every((field, index) => canCast(field.type, to.fields[index]?.type ?? to));
  }
  return from.kind === to.kind || (CASTS[from.kind] ?? []).includes(to.kind);
}

function fromJson(to: Type): boolean {
  if (to.kind === "json") return true;
  if (to.kind === "array") return fromJson(to.element);
  if (to.kind === "map") return JSON_KEYS.includes(to.key.kind) && fromJson(to.value);
  if (to.kind === "row") return to.fields.every((field) => fromJson(field.type));
  return CASTS["json"]?.includes(to.kind) === true;
}

function toJson(from: Type): boolean {
  if (from.kind === "json" || from.kind === "unknown") return true;
  if (from.kind === "array") return toJson(from.element);
  if (from.kind === "map") return [...JSON_KEYS, "unknown"].includes(from.key.kind) && toJson(from.value);
  if (from.kind === "row") return from.fields.every((field) => toJson(field.type));
  return CASTS[from.kind]?.includes("json") === true;
}
