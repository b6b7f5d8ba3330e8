/**
 * The rivals: what a data engineer would write in DuckDB for the same gzipped CloudTrail objects. `plain` reads, unnests
 * and writes the same columns as ingest does; `fair` also finds unknown keys and writes the same sort and partitions.
 * `raw` writes CloudTrail's own fields and maps nothing: no rival, but the floor of reading and writing.
 */

import type { RawShape, Source } from "../../core/source.ts";
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";

const CLOUDTRAIL = SOURCES.find((source) => source.id === "cloudtrail") as Source;
const MAX_OBJECT_BYTES = 268_435_456;

/** Known fields with their types, which spares the engine from guessing them: text and JSON. */
function typeOf(shape: RawShape): string {
  const members = Object.entries(shape).map(([key, kind]) => {
    const type = typeof kind !== "string" ? typeOf(kind) : kind === "json" ? "JSON" : "VARCHAR";
    return `${sqlName(key)} ${type}`;
  });
  return `STRUCT(${members.join(", ")})`;
}

function records(glob: string): string {
  return `SELECT r.* FROM (SELECT UNNEST(Records) AS r FROM read_json('${glob}',
    columns = {Records: ${sqlString(`${typeOf(CLOUDTRAIL.raw)}[]`)}}, maximum_object_size = ${MAX_OBJECT_BYTES}))`;
}

/** The columns that ingest writes, by the same projection. What the plain way does not know is null. */
function projected(glob: string): string {
  return `WITH raw AS (SELECT NULL AS carried, NULL::VARCHAR AS object_account, NULL::VARCHAR AS object_region,
      NULL::VARCHAR AS record, NULL::VARCHAR AS unmapped, * FROM (${records(glob)}))
    SELECT * EXCLUDE (carried) FROM (${CLOUDTRAIL.normalizeSql})`;
}

/** SQL of the raw way. */
export function rawWay(glob: string, out: string): readonly string[] {
  return [`COPY (${records(glob)}) TO '${out}/raw.parquet' (FORMAT parquet, COMPRESSION zstd)`];
}

/** SQL of the plain way. */
export function plainWay(glob: string, out: string): readonly string[] {
  return [
    CLOUDTRAIL.macrosSql,
    `COPY (${projected(glob)}) TO '${out}/plain.parquet' (FORMAT parquet, COMPRESSION zstd)`,
  ];
}

/** SQL of the fair way: a second look for keys that the columns do not name, the same sort, a partition a day. */
export function fairWay(glob: string, out: string): readonly string[] {
  return [
    CLOUDTRAIL.macrosSql,
    `CREATE TABLE found AS SELECT DISTINCT UNNEST(json_keys(record)) AS key FROM (SELECT UNNEST(from_json(json->'Records',
      '["JSON"]')) AS record FROM read_json_objects('${glob}', maximum_object_size = ${MAX_OBJECT_BYTES}))`,
    `COPY (SELECT *, CAST(time_dt AS DATE) AS day FROM (${projected(glob)}) ORDER BY day, accountid)
      TO '${out}/fair' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))`,
  ];
}
