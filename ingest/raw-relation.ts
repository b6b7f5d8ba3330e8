/**
 * Spooled objects of one batch -> the relation `raw` that a source's `normalize.sql` selects from. One SQL text per
 * framing; the objects of a batch are framed alike. Each row carries its object's place in the batch, and why it cannot
 * become a row, if so.
 */
import type { Source } from "../core/source.ts";
import { sqlName, sqlString } from "../core/sql-engine.ts";
import { delimitedRelation } from "./raw-delimited.ts";
import { faultOf, isTooDeep, knownNullsOf, transformSpec, unaccountedBytes, withRest } from "./raw-json.ts";
import { objectColumns, objectIndex } from "./raw-objects.ts";
import { parquetRelation } from "./raw-parquet.ts";

/** One object of a batch, inflated, framed and spooled. */
export interface SpooledObject {
  /** What the SQL engine opens. Ends in the object's place in the batch, six digits, a dot and three letters. */
  readonly path: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly variant: string;
  /** JSON text of the document's scalars beside the record array. */
  readonly envelope: string;
  /** Longest record that may be met, in bytes. */
  readonly largestRecordBytes: number;
}

/** How the spooled records are to be read. */
export type SpoolFormat =
  /** `isText`: the record may stand as a JSON string that holds its text. */
  | { readonly kind: "json-array"; readonly path: readonly string[]; readonly isText?: boolean }
  /** `careful`: for an object that the fast way refuses (bytes that are no UTF-8, lines without end). */
  | { readonly kind: "delimited"; readonly columns: readonly string[]; readonly careful?: boolean }
  | { readonly kind: "parquet"; readonly columns: readonly string[] };

/** SQL of `raw` for a batch: a SELECT. */
export function rawRelation(source: Source, format: SpoolFormat, objects: readonly SpooledObject[]): string {
  switch (format.kind) {
    case "json-array":
      return jsonRelation(source, format.path, format.isText ?? false, objects);
    case "delimited":
      return delimitedRelation(source, format.columns, objects, format.careful ?? false);
    case "parquet":
      return parquetRelation(source, format.columns, objects);
    default:
      return format satisfies never;
  }
}

function jsonRelation(
  source: Source,
  path: readonly string[],
  isText: boolean,
  objects: readonly SpooledObject[],
): string {
  const files = objects.map((object) => sqlString(object.path)).join(", ");
  const largest = Math.max(...objects.map((object) => object.largestRecordBytes));
  const [outer] = path;
  // What stands around the record is the envelope. A path that leads nowhere leaves JSON null, which is no record.
  const around =
    outer === undefined ? "" : `, ${withoutKey("json", outer)} AS around, ${duplicateKeyFault("json")} AS outer_fault`;
  const place =
    outer === undefined ? "json" : `COALESCE(json_extract(json, ${sqlString(["$", ...path].join("."))}), 'null')`;
  const at = isText ? textOf(place) : place;
  const fault = `CASE WHEN ${isTooDeep("record")} THEN 'too-deep'
    WHEN known_nulls IS NULL OR strlen(record) = 2 THEN ${faultOf(source.raw, "record")} END`;
  const columns = Object.keys(source.raw).map((key) => `r.${sqlName(key)} AS ${sqlName(key)}`);
  const judged = `SELECT *, ${outer === undefined ? fault : `COALESCE(outer_fault, ${fault})`} AS fault FROM (
    SELECT *, ${knownNullsOf(source.oftenNull, "record", "r", "extra")} AS known_nulls FROM (
      SELECT *, ${unaccountedBytes(source.raw, "record", "r")} AS extra FROM (
        SELECT *, json_transform(record, ${sqlString(transformSpec(source.raw))}) AS r
        FROM (SELECT filename, ${at}::VARCHAR AS record${around}
          FROM read_json_objects([${files}], format = 'array', filename = true, maximum_object_size = ${largest}))
      )
    )
  )`;
  return `SELECT
    {object: ${objectIndex()}, fault: fault, text: CASE WHEN fault IS NOT NULL THEN record[:65536] END} AS carried,
    ${objectColumns(objects, outer === undefined ? undefined : "around")},
    record,
    COALESCE(nullif(known_nulls, ''), rest) AS unmapped,
    ${columns.join(", ")}
  FROM (${withRest(source.raw, "record", "known_nulls IS NULL AND fault IS NULL", judged)})`;
}

/** A JSON string that holds JSON as what it holds. Any other text stays a string, which is no record. */
function textOf(json: string): string {
  const text = `(${json} ->> '$')`;
  return `(CASE WHEN json_type(${json}) = 'VARCHAR' AND json_valid(${text}) THEN ${text}::VARCHAR ELSE ${json}::VARCHAR END)`;
}

function withoutKey(json: string, key: string): string {
  const patch = sqlString(JSON.stringify({ [key]: null }));
  return `CASE WHEN NOT ${isTooDeep(`${json}::VARCHAR`)} THEN json_merge_patch(${json}, ${patch})::VARCHAR END`;
}

function duplicateKeyFault(json: string): string {
  return `CASE WHEN len(list_distinct(json_keys(${json}))) < len(json_keys(${json})) THEN 'duplicate-key' END`;
}
