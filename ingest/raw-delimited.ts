/**
 * Blank-separated text -> the relation `raw`. The engine reads whole lines and splits them itself: quotes, tabs and
 * backslashes mean nothing here, and a line with a field too few or too many is one faulty record, not a shifted file.
 * Measured on 1,000,000 lines of 29 fields: 1.3 s; the engine's own column splitting took 1.7 to 2.6 s.
 */
import type { Source } from "../core/source.ts";
import { sqlString } from "../core/sql-engine.ts";
import { fieldColumns } from "./raw-fields.ts";
import { objectColumns, objectIndex } from "./raw-objects.ts";
import type { SpooledObject } from "./raw-relation.ts";

/** Why a line cannot become a row. */
export type LineFault = "too-few-fields" | "too-many-fields";

/** The last code point there is: no text has it, so no line is split by it. */
const NO_DELIMITER = "\u{10FFFF}";

/**
 * SQL of `raw`. `columns` are the field names as the header has them. `careful` reads an object of any bytes: bytes that
 * are no UTF-8 come out as `\xNN`, lines may have any length. It is four times slower and holds an object in memory, so
 * it is for the objects that the fast way refuses.
 */
export function delimitedRelation(
  source: Source,
  columns: readonly string[],
  objects: readonly SpooledObject[],
  careful: boolean,
): string {
  const fields = fieldColumns(
    source,
    columns.map((name, index) => ({ name, text: `f[${index + 1}]` })),
  );
  const fault = `CASE WHEN len(f) < ${columns.length} THEN 'too-few-fields' WHEN len(f) > ${columns.length} THEN 'too-many-fields' END`;
  return `SELECT
    {object: ${objectIndex()}, fault: fault, text: CASE WHEN fault IS NOT NULL THEN record[:65536] END} AS carried,
    ${objectColumns(objects)},
    record,
    ${fields.unmapped} AS unmapped,
    ${fields.columns.join(", ")}
  FROM (
    SELECT ${["filename, record, f", `${fault} AS fault`, ...fields.parsed].join(", ")} FROM (
      SELECT filename, line AS record, string_split(line, ' ') AS f
      FROM (SELECT filename, rtrim(line, ' ') AS line FROM ${careful ? carefulLines(objects) : fastLines(objects)})
      WHERE line <> '' AND line NOT IN (${headerLines(columns).map(sqlString).join(", ")})
    )
  )`;
}

/**
 * With `strict_mode` off, a carriage return ends a line as a line feed does; without `new_line` it would swallow the
 * byte after it.
 */
function fastLines(objects: readonly SpooledObject[]): string {
  return `read_csv(${fileList(objects)}, columns = {'line': 'VARCHAR'}, delim = ${sqlString(NO_DELIMITER)}, quote = '',
    escape = '', comment = '', header = false, auto_detect = false, strict_mode = false, new_line = '\\n',
    filename = true, hive_partitioning = false)`;
}

/** A blob's text has every byte that is not printable ASCII as \`\\xNN\`, the backslash included. */
function carefulLines(objects: readonly SpooledObject[]): string {
  return `(SELECT filename, CASE WHEN contains(line, '\\x') THEN COALESCE(TRY(decode(line::BLOB)), line) ELSE line END AS line
    FROM (SELECT filename, unnest(string_split(replace(content::VARCHAR, '\\x0D', '\\x0A'), '\\x0A')) AS line
      FROM (SELECT filename, content FROM read_blob(${fileList(objects)}))))`;
}

function fileList(objects: readonly SpooledObject[]): string {
  return `[${objects.map((object) => sqlString(object.path)).join(", ")}]`;
}

/** Objects that were put together from several repeat the header. */
function headerLines(columns: readonly string[]): string[] {
  return [columns.join(" ")];
}
