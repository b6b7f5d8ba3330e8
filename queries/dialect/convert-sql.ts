import type { PrintContext } from "./function-rule.ts";
import type { Expression } from "./syntax.ts";
import { isSameType, type Type } from "./types/type.ts";

/**
 * A printed expression as the type that it becomes where it stands: Trino's conversions are written out, so that DuckDB's
 * own never decide. Literals of whole numbers are left to fit: bounds stay readable to who prunes by them.
 */
export function converted(sql: string, expression: Expression, context: PrintContext): string {
  const to = context.checker.conversions.get(expression);
  const from = context.checker.types.get(expression);
  if (to === undefined || from === undefined || isAlike(from, to)) return sql;
  if (expression.kind === "integer" && to.kind === "bigint") return sql;
  if (to.kind === "timestamp with time zone" && from.kind !== "unknown")
    return `timezone('UTC', CAST(${sql} AS TIMESTAMP))`;
  const type = duckDbTypeOf(to);
  return type === null ? sql : `CAST(${sql} AS ${type})`;
}

/** Texts, bytes or arrays one after the other; elements beside arrays are arrays of one. Any NULL makes a NULL. */
export function concatenated(
  parts: readonly Expression[],
  printed: readonly string[],
  result: Type,
  { checker }: PrintContext,
): string {
  const sides = printed.map((sql, index) => {
    const part = parts[index];
    const type = part === undefined ? undefined : (checker.conversions.get(part) ?? checker.types.get(part));
    const isElement = result.kind === "array" && type !== undefined && !isSameType(type, result);
    return isElement ? `trino_one(${sql})` : sql;
  });
  const type = duckDbTypeOf(result);
  const sql = `(${sides.join(" || ")})`;
  // Of a NULL that it knows beforehand, DuckDB forgets the type.
  return type === null ? sql : `CAST(${sql} AS ${type})`;
}

/** DuckDB's name of a type; null where a value of it has none there or needs none. */
export function duckDbTypeOf(type: Type): string | null {
  switch (type.kind) {
    case "array": {
      const element = duckDbTypeOf(type.element);
      return element === null ? null : `${element}[]`;
    }
    case "map": {
      const [key, value] = [duckDbTypeOf(type.key), duckDbTypeOf(type.value)];
      return key === null || value === null ? null : `MAP(${key}, ${value})`;
    }
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "timestamp":
    case "timestamp with time zone":
    case "json":
    case "boolean":
    case "integer":
    case "bigint":
    case "double":
    case "varchar":
    case "date":
      return type.kind.toUpperCase();
    case "varbinary":
      return "BLOB";
    case "ipaddress":
      return "UHUGEINT";
    case "row":
    case "unknown":
    case "real":
    case "interval day to second":
    case "interval year to month":
      return null;
  }
}

/** Whether both are one type to DuckDB, which keeps microseconds in every time. */
function isAlike(from: Type, to: Type): boolean {
  if (isSameType(from, to)) return true;
  if (from.kind === "array" && to.kind === "array") return isAlike(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return isAlike(from.key, to.key) && isAlike(from.value, to.value);
  return (from.kind === "timestamp" || from.kind === "timestamp with time zone") && from.kind === to.kind;
}
