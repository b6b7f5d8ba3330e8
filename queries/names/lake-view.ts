/**
 * CloudTrail's table under the names and types that a managed CloudTrail lake gives it, as one SELECT for each engine.
 */
import type { Source } from "../../core/source.ts";
import { sqlName } from "../../core/sql-engine.ts";
import { LAKE_COLUMNS, type LakeColumn } from "./lake-columns.ts";
import { SPELLINGS, type Spelling, type TypedSql, type ViewEngine } from "./spelling.ts";

/** The view's name: what a query for a managed lake puts in the place of its event data store's id. */
export const LAKE_VIEW = "cloudtrail_lake";

/**
 * Raw instants that the source's fields give as text: here they are instants, as the lake has them. `eventTime` is the
 * table's own time column, on which files are pruned, so it has a zone, UTC, where the managed lake's has none.
 */
const INSTANTS: Readonly<Record<string, { readonly column: string } | { readonly ms: string }>> = {
  eventTime: { column: "time_dt" },
  "userIdentity.sessionContext.attributes.creationDate": { ms: "actor.session.created_time" },
};

/**
 * A SELECT over `from`, a relation with the columns of CloudTrail's table. A column or field without any value in the
 * record is NULL; so is a row all of whose fields are, but for `userIdentity`.
 */
export function lakeView(source: Source, engine: ViewEngine, from: string): string {
  const spelling = SPELLINGS[engine];
  const columns = LAKE_COLUMNS.map((column) => {
    const { sql } = columnSql(column, [], source, spelling);
    return `${sql} AS ${sqlName(column.name)}`;
  });
  return `SELECT ${columns.join(", ")} FROM ${from}`;
}

/** A column's SQL, and SQL that is true where the record has a value for it; null where that would cost too much to ask. */
interface ColumnSql extends TypedSql {
  readonly given: string | null;
}

function columnSql(column: LakeColumn, above: readonly string[], source: Source, spelling: Spelling): ColumnSql {
  const path = [...above, column.key];
  switch (column.type) {
    case "text":
      return scalarSql(path, "varchar", source, spelling);
    case "boolean":
      return scalarSql(path, "boolean", source, spelling);
    case "instant":
      return instantSql(path.join("."), spelling);
    case "map": {
      const json = jsonSql(path, source, spelling);
      return { ...spelling.jsonMap(json), given: `${json} IS NOT NULL` };
    }
    case "rows": {
      const json = jsonSql(path, source, spelling);
      return { ...spelling.jsonRows(json, column.fields), given: `${json} IS NOT NULL` };
    }
    case "row":
      return rowSql(column, path, source, spelling);
    default:
      return column.type satisfies never;
  }
}

function rowSql(column: LakeColumn, path: readonly string[], source: Source, spelling: Spelling): ColumnSql {
  const fields = column.fields.map((field) => ({ name: field.name, ...columnSql(field, path, source, spelling) }));
  const row = spelling.row(fields);
  const json = source.jsonFields[path.join(".")];
  const given = json === undefined ? fields.flatMap((field) => field.given ?? []) : [`${json} IS NOT NULL`];
  // An event always has an identity.
  if (path.length === 1 && json === undefined) return { ...row, given: null };
  const isGiven = given.join(" OR ");
  return { ...row, sql: `CASE WHEN ${isGiven} THEN ${row.sql} END`, given: isGiven };
}

/** The field's own column, a member of a JSON column, or what no column holds. */
function scalarSql(path: readonly string[], type: string, source: Source, spelling: Spelling): ColumnSql {
  const own = source.fields[path.join(".")];
  if (own !== undefined) return { sql: own, type, given: `${own} IS NOT NULL` };
  for (let length = path.length - 1; length > 0; length -= 1) {
    const json = source.jsonFields[path.slice(0, length).join(".")];
    if (json !== undefined) {
      const sql = spelling.jsonText(json, path.slice(length));
      return { sql, type, given: `${sql} IS NOT NULL` };
    }
  }
  return { sql: spelling.jsonText("unmapped", path), type, given: null };
}

function jsonSql(path: readonly string[], source: Source, spelling: Spelling): string {
  return source.jsonFields[path.join(".")] ?? spelling.jsonMember("unmapped", path);
}

function instantSql(name: string, spelling: Spelling): ColumnSql {
  const instant = INSTANTS[name];
  if (instant === undefined) throw new Error(`no instant ${name}`);
  if ("ms" in instant) return { ...spelling.instant(instant.ms), given: `${instant.ms} IS NOT NULL` };
  return { sql: instant.column, type: "timestamp(6) with time zone", given: `${instant.column} IS NOT NULL` };
}
