/**
 * A table of the lake at a snapshot, as it stands after FROM in Athena's SQL. The engine reads a snapshot by the schema that
 * it was written with; our answers have the columns of today, and NULL where an older state has none.
 */
import { usageError } from "../../core/errors.ts";
import { sqlName } from "../../core/sql-engine.ts";
import type { PrimitiveType } from "../../core/table.ts";
import { schemaOf } from "../../lake/metadata.ts";
import type { IcebergField, IcebergType } from "../../lake/model.ts";
import type { TableState } from "../lake-state.ts";

const ATHENA_TYPES: Readonly<Record<PrimitiveType, string>> = {
  boolean: "boolean",
  int: "integer",
  long: "bigint",
  double: "double",
  string: "varchar",
  timestamptz: "timestamp(6) with time zone",
};

/**
 * Pinned to the snapshot that the completeness is told of. A table without rows so far is an empty one of its types. Throws
 * `cli.usage` for a snapshot of the history.
 */
export function athenaRelation({ table, snapshot, isInHistory }: TableState, database: string): string {
  if (isInHistory) {
    throw usageError(
      "Athena sees the newest states of a table and those with a tag, not the one that was asked for",
      "`logkeep tag add NAME --as-of ...` shows it to Athena, for `--as-of NAME`; DuckDB reads it as it is",
      { table: table.id, snapshot: snapshot?.["snapshot-id"] ?? null },
    );
  }
  const { fields } = schemaOf(table.metadata);
  if (snapshot === null) {
    const columns = fields.map((field) => `${nullOf(field.type)} AS ${sqlName(field.name)}`);
    return `(SELECT ${columns.join(", ")} WHERE false)`;
  }
  const pinned = `${sqlName(database)}.${sqlName(table.id)} FOR VERSION AS OF ${snapshot["snapshot-id"]}`;
  const written = table.metadata.schemas.find((each) => each["schema-id"] === snapshot["schema-id"])?.fields ?? fields;
  if (haveSameShape(written, fields)) return pinned;
  const columns = fields.map((field) => {
    const old = written.find(({ id }) => id === field.id);
    const value = old === undefined ? nullOf(field.type) : asToday(sqlName(old.name), old.type, field.type, 0);
    return `${value} AS ${sqlName(field.name)}`;
  });
  return `(SELECT ${columns.join(", ")} FROM ${pinned})`;
}

/** A value of an older type as one of today's: fields that were added since are NULL. */
function asToday(value: string, from: IcebergType, to: IcebergType, depth: number): string {
  if (typeof from === "string" || typeof to === "string") return value;
  if (from.type === "list" && to.type === "list") {
    if (haveSameShape([elementOf(from)], [elementOf(to)])) return value;
    const item = `x${depth}`;
    return `transform(${value}, ${item} -> ${asToday(item, from.element, to.element, depth + 1)})`;
  }
  if (from.type !== "struct" || to.type !== "struct" || haveSameShape(from.fields, to.fields)) return value;
  const fields = to.fields.map((field) => {
    const at = from.fields.findIndex(({ id }) => id === field.id);
    const old = from.fields[at];
    return old === undefined ? nullOf(field.type) : asToday(`${value}[${at + 1}]`, old.type, field.type, depth);
  });
  return `IF(${value} IS NULL, NULL, CAST(ROW(${fields.join(", ")}) AS ${athenaType(to)}))`;
}

/** Docs are no part of the shape. */
function haveSameShape(left: readonly IcebergField[], right: readonly IcebergField[]): boolean {
  return (
    left.length === right.length &&
    left.every((field, index) => {
      const other = right[index];
      return other !== undefined && field.name === other.name && isSameType(field.type, other.type);
    })
  );
}

function isSameType(left: IcebergType, right: IcebergType): boolean {
  if (typeof left === "string" || typeof right === "string") return left === right;
  if (left.type === "list") return right.type === "list" && isSameType(left.element, right.element);
  return right.type === "struct" && haveSameShape(left.fields, right.fields);
}

function elementOf(list: Extract<IcebergType, { readonly type: "list" }>): IcebergField {
  return { id: list["element-id"], name: "element", required: false, type: list.element };
}

function nullOf(type: IcebergType): string {
  return `CAST(NULL AS ${athenaType(type)})`;
}

function athenaType(type: IcebergType): string {
  if (typeof type === "string") return ATHENA_TYPES[type];
  if (type.type === "list") return `array(${athenaType(type.element)})`;
  return `row(${type.fields.map((field) => `${sqlName(field.name)} ${athenaType(field.type)}`).join(", ")})`;
}
