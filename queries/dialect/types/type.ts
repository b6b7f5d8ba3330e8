/** Trino's types, as far as texts of ours have them, and their spelling. */
import type { TypeName } from "../syntax.ts";

/**
 * Types without parts. `unknown` is NULL's; `real` is here for functions that have a reading for it. Lengths of varchar
 * are left out: nothing is accepted or refused for them.
 */
export type SimpleKind =
  | "boolean"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varchar"
  | "varbinary"
  | "date"
  | "interval day to second"
  | "interval year to month"
  | "json"
  | "ipaddress"
  | "unknown";

/** A row's field; null where it has no name. */
export interface RowField {
  readonly name: string | null;
  readonly type: Type;
}

/** A type of Trino. */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "timestamp" | "timestamp with time zone"; readonly precision: number }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "row"; readonly fields: readonly RowField[] };

/** The kinds of `SimpleKind`. */
export const SIMPLE_KINDS: ReadonlySet<string> = new Set<SimpleKind>([
  "boolean",
  "integer",
  "bigint",
  "real",
  "double",
  "varchar",
  "varbinary",
  "date",
  "interval day to second",
  "interval year to month",
  "json",
  "ipaddress",
  "unknown",
]);

/** A type without parts. */
export function simple(kind: SimpleKind): Type {
  return { kind };
}

/** `array(element)`. */
export function arrayOf(element: Type): Type {
  return { kind: "array", element };
}

/** Whether both are the same type; rows' field names do not count. */
export function isSameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case "decimal":
      return right.kind === "decimal" && left.precision === right.precision && left.scale === right.scale;
    case "timestamp":
    case "timestamp with time zone":
      return right.kind === left.kind && left.precision === right.precision;
    case "array":
      return right.kind === "array" && isSameType(left.element, right.element);
    case "map":
      return right.kind === "map" && isSameType(left.key, right.key) && isSameType(left.value, right.value);
    case "row":
      return (
        right.kind === "row" &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, index) => {
          const other = right.fields[index];
          return other !== undefined && isSameType(field.type, other.type);
        })
      );
    default:
      return left.kind === right.kind;
  }
}

/** Whether values of a type are made of others, NULLs perhaps among them. */
export function isComposed({ kind }: Type): boolean {
  return kind === "array" || kind === "map" || kind === "row";
}

/** A type as people write it. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision}, ${type.scale})`;
    case "timestamp":
      return `timestamp(${type.precision})`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${typeText(type.element)})`;
    case "map":
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case "row":
      return `row(${type.fields.map(({ name, type: field }) => `${name === null ? "" : `${name} `}${typeText(field)}`).join(", ")})`;
    default:
      return type.kind;
  }
}

/** A written type; null where texts of ours cannot have it. Aliases are Trino's: `int`, `timestamp` is `timestamp(3)`. */
export function typeOfName({ name, numbers, types, fields }: TypeName): Type | null {
  const parts = types.map(typeOfName);
  if (parts.some((part) => part === null)) return null;
  const [first, second] = parts;
  switch (name) {
    case "int":
      return simple("integer");
    case "decimal":
    case "dec":
    case "numeric": {
      const [precision = 38, scale = 0] = numbers;
      return precision < 1 || precision > 38 || scale > precision ? null : { kind: "decimal", precision, scale };
    }
    case "timestamp":
    case "timestamp with time zone":
      return { kind: name, precision: numbers[0] ?? 3 };
    case "array":
      return first == null ? null : arrayOf(first);
    case "map":
      return first == null || second == null ? null : { kind: "map", key: first, value: second };
    case "row":
      return {
        kind: "row",
        fields: parts.flatMap((type, index) => (type === null ? [] : [{ name: fields[index] ?? null, type }])),
      };
    case "unknown":
    case "real":
      return null;
    default:
      // The set holds the kinds of `SimpleKind` and nothing else.
      return SIMPLE_KINDS.has(name) ? simple(name as SimpleKind) : null;
  }
}
