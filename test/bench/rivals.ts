/**
 * The rivals: what a data engineer would write in DuckDB for the same gzipped CloudTrail objects. `plain` reads, unnests
 * and writes the same columns as ingest does, without where a row came from; `fair` also names unknown keys (not their
 * values), sorts by account within a day (all rows at once; ingest sorts each file by itself) and partitions by day.
 * `raw` writes CloudTrail's own fields and maps nothing: no rival, but the floor of reading and writing.
 */

import type { RawShape, Source } from "../../core/source.ts";
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";

const CLOUDTRAIL = SOURCES.find((source) => source.id === "cloudtrail") as Source;

/** What a rival reads and where it writes. */
export interface RivalTask {
  readonly glob: string;
  readonly out: string;
  /** An object is one JSON value to the engine; it takes twice as much memory for its buffers, and more costs time. */
  readonly maxObjectBytes: number;
}

/** Known fields with their types, which spares the engine from guessing them: text and JSON. */
function typeOf(shape: RawShape): string {
  const members = Object.entries(shape).map(([key, kind]) => {
    const type = typeof kind !== "string" ? typeOf(kind) : kind === "json" ? "JSON" : "VARCHAR";
    return `${sqlName(key)} ${type}`;
  });
  return `STRUCT(${members.join(", ")})`;
}

function records({ glob, maxObjectBytes }: RivalTask): string {
  return `SELECT r.* FROM (SELECT UNNEST(Records) AS r FROM read_json('${glob}',
    columns = {Records: ${sqlString(`${typeOf(CLOUDTRAIL.raw)}[]`)}}, maximum_object_size = ${maxObjectBytes}))`;
}

/** The columns that ingest writes, by the same projection. What the plain way does not know is null. */
function projected(task: RivalTask): string {
  return `WITH raw AS (SELECT NULL AS carried, NULL::VARCHAR AS object_account, NULL::VARCHAR AS object_region,
      NULL::VARCHAR AS record, NULL::VARCHAR AS unmapped, * FROM (${records(task)}))
    SELECT * EXCLUDE (carried) FROM (${CLOUDTRAIL.normalizeSql})`;
}

/** SQL of the raw way. */
export function rawWay(task: RivalTask): readonly string[] {
  return [`COPY (${records(task)}) TO '${task.out}/raw.parquet' (FORMAT parquet, COMPRESSION zstd)`];
}

/** SQL of the plain way. */
export function plainWay(task: RivalTask): readonly string[] {
  return [
    CLOUDTRAIL.macrosSql,
    `COPY (${projected(task)}) TO '${task.out}/plain.parquet' (FORMAT parquet, COMPRESSION zstd)`,
  ];
}

/** SQL of the fair way: a second look for the names of all keys, a sort by day and account, a partition a day. */
export function fairWay(task: RivalTask): readonly string[] {
  return [
    CLOUDTRAIL.macrosSql,
    `CREATE TABLE found AS SELECT DISTINCT UNNEST(json_keys(record)) AS key FROM (SELECT UNNEST(from_json(json->'Records',
      '["JSON"]')) AS record FROM read_json_objects('${task.glob}', maximum_object_size = ${task.maxObjectBytes}))`,
    `COPY (SELECT *, CAST(time_dt AS DATE) AS day FROM (${projected(task)}) ORDER BY day, accountid)
      TO '${task.out}/fair' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))`,
  ];
}
