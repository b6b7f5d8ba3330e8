/** Iceberg v2 primitive types that our tables use, in the spec's spelling. */
export type PrimitiveType = "boolean" | "int" | "long" | "double" | "string" | "timestamptz";

/** The type of a column: primitive, or nested to any depth. */
export type ColumnType =
  | PrimitiveType
  | { readonly kind: "struct"; readonly fields: readonly Column[] }
  | { readonly kind: "list"; readonly element: ColumnType };

/**
 * A column or a struct's field. Field ids are not written here: a table gives them out when it is created or when a
 * column is added, and keeps them for ever (Iceberg spec, "Schema Evolution").
 */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** One line for people: what it holds, in what unit, from which raw field. */
  readonly doc: string;
}

/**
 * One Iceberg table. Rows are partitioned by `day(timeColumn)` as they come in, sorted by `accountColumn` and then
 * time, and by day and account after compaction.
 */
export interface TableDefinition {
  /** snake_case: the name in SQL. */
  readonly id: string;
  readonly doc: string;
  readonly columns: readonly Column[];
  /** A top-level `timestamptz` column. Null times have a partition of their own. */
  readonly timeColumn: string;
  /** A top-level `string` column; null for tables that no account owns. */
  readonly accountColumn: string | null;
  /** Columns after account and time that decide the order of rows in a file. */
  readonly sortColumns: readonly string[];
}

/** Shorthand for a struct type. */
export function struct(...fields: readonly Column[]): ColumnType {
  return { kind: "struct", fields };
}

/** Shorthand for a list type. */
export function list(element: ColumnType): ColumnType {
  return { kind: "list", element };
}

/** Shorthand for a column. */
export function column(name: string, type: ColumnType, doc: string): Column {
  return { name, type, doc };
}
