/** Parquet files -> the relation `raw`. Any subset of the source's fields, in any order and of any type. */
import { LogkeepError } from "../core/errors.ts";
import type { Source } from "../core/source.ts";
import { type SqlEngine, sqlName, sqlString } from "../core/sql-engine.ts";
import { fieldColumns } from "./raw-fields.ts";
import { objectColumns, objectIndex } from "./raw-objects.ts";
import type { SpooledObject } from "./raw-relation.ts";

/** A name that no log has, so that it cannot collide with a column of the file. */
const FILE_COLUMN = "logkeep:filename";

/** The file's column names in their order. Throws `sql.failed` when the file is no Parquet file. */
export async function parquetColumns(engine: SqlEngine, path: string): Promise<string[]> {
  const rows = await engine.all(
    `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet([${sqlString(path)}], hive_partitioning = false))`,
  );
  return rows.map((row) => String(row.column_name));
}

/**
 * SQL of `raw`. `columns` are the files' column names (see `parquetColumns`); the types may differ from file to file.
 * Throws `ingest.columns-unknown` without any: rows of nulls would pass for a whole file.
 */
export function parquetRelation(source: Source, columns: readonly string[], objects: readonly SpooledObject[]): string {
  if (columns.length === 0) {
    throw new LogkeepError({ code: "ingest.columns-unknown", message: "the columns of a parquet file were not read" });
  }
  const files = objects.map((object) => sqlString(object.path)).join(", ");
  const fields = fieldColumns(
    source,
    columns.map((name, index) => ({ name, text: `c${index}` })),
  );
  const texts = columns.map((name, index) => `CAST(${sqlName(name)} AS VARCHAR) AS c${index}`);
  return `SELECT
    {object: ${objectIndex()}, fault: NULL::VARCHAR, text: NULL::VARCHAR} AS carried,
    ${objectColumns(objects)},
    NULL::VARCHAR AS record,
    ${fields.unmapped} AS unmapped,
    ${fields.columns.join(", ")}
  FROM (
    SELECT ${["*", ...fields.parsed].join(", ")} FROM (
      SELECT ${[`${sqlName(FILE_COLUMN)} AS filename`, ...texts].join(", ")}
      FROM read_parquet([${files}], filename = ${sqlString(FILE_COLUMN)}, union_by_name = true, hive_partitioning = false)
    )
  )`;
}
