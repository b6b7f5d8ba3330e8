/**
 * Rows as Security Lake's source version 2 has them: OCSF 1.1.0 under its table names. Ours are OCSF 1.8.0, which has all
 * that 1.1.0 has for these classes, so a view leaves out the few attributes that came later, and our own columns.
 */
import type { Source } from "../../core/source.ts";
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { Column } from "../../core/table.ts";
import { type NamedSql, SPELLINGS, type Spelling, trinoType, type ViewEngine } from "./spelling.ts";

/** A Security Lake source: which of our tables its rows are in, and which they are. */
interface LakeSource {
  readonly table: string;
  readonly where: string;
}

const isDataOf = (service: string): string =>
  `aws.event_category = 'Data' AND api.service.name = ${sqlString(`${service}.amazonaws.com`)}`;

/** By the name that stands in the table's. Old records have no category. Insights and network activity have no table there. */
const LAKE_SOURCES: Readonly<Record<string, LakeSource>> = {
  cloud_trail_mgmt: {
    table: "cloudtrail",
    where:
      "COALESCE(aws.event_category, 'Management') = 'Management' AND COALESCE(aws.management_event, true) AND class_uid <> 2004",
  },
  s3_data: { table: "cloudtrail", where: isDataOf("s3") },
  lambda_execution: { table: "cloudtrail", where: isDataOf("lambda") },
  vpc_flow: { table: "vpc_flow", where: "true" },
};

/** The names of its sources, as they stand in its tables' names. */
export const SECURITY_LAKE_SOURCES: readonly string[] = Object.keys(LAKE_SOURCES);

/** Attributes that OCSF 1.1.0 does not have, or has in other classes, and columns that are ours, by table. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  cloudtrail: ["metadata.original_event_uid", "policies", "finding_info", "action_id", "action", "aws", "logkeep"],
  vpc_flow: ["src_endpoint.owner", "dst_endpoint.owner", "aws", "logkeep"],
};

const NAME =
  /^(?:amazon_security_lake_table_(?<region>[a-z]{2,3}(?:_[a-z]+){1,3}_[0-9])_)?(?<source>cloud_trail_mgmt|s3_data|lambda_execution|vpc_flow)_2_0$/;

/** What a table's name says: `amazon_security_lake_table_us_east_1_vpc_flow_2_0`, or `vpc_flow_2_0` for all regions. */
export interface SecurityLakeName {
  readonly table: string;
  readonly source: string;
  /** Null: all. */
  readonly region: string | null;
}

/** Null for other names; `name` is in lower case. */
export function readSecurityLakeName(name: string): SecurityLakeName | null {
  const { source, region } = NAME.exec(name)?.groups ?? {};
  const found = source === undefined ? undefined : LAKE_SOURCES[source];
  if (source === undefined || found === undefined) return null;
  return { table: found.table, source, region: region?.replaceAll("_", "-") ?? null };
}

/**
 * A SELECT over `from`, a relation with the columns of the source's table. `unmapped` is a map of texts: CloudTrail's and
 * the flow logs' fields without an OCSF place by their own dotted names, arrays and objects as JSON text.
 */
export function securityLakeView(name: SecurityLakeName, source: Source, engine: ViewEngine, from: string): string {
  const spelling = SPELLINGS[engine];
  const columns = [...project(source.table.columns, "", name.table, spelling).fields];
  if (name.table === "cloudtrail") {
    columns.push({ name: "policy", sql: spelling.first(sqlName("policies")), type: "" });
  }
  columns.push({ name: "unmapped", sql: unmappedMap(source, spelling), type: "" });
  const where = [
    LAKE_SOURCES[name.source]?.where ?? "false",
    ...(name.region === null ? [] : [`region = ${sqlString(name.region)}`]),
  ];
  const list = columns.map((column) => `${column.sql} AS ${sqlName(column.name)}`).join(", ");
  return `SELECT ${list} FROM ${from} WHERE ${where.join(" AND ")}`;
}

interface Projection {
  readonly fields: readonly NamedSql[];
  /** Whether they are other fields than the struct has. */
  readonly isChanged: boolean;
}

function project(columns: readonly Column[], above: string, table: string, spelling: Spelling): Projection {
  const leftOut = new Set(LEFT_OUT[table]);
  let isChanged = false;
  const fields = columns.flatMap((column): readonly NamedSql[] => {
    const path = above === "" ? column.name : `${above}.${column.name}`;
    const sql = path.split(".").map(sqlName).join(".");
    if (leftOut.has(path) || path === "unmapped") {
      isChanged = true;
      return [];
    }
    const own = { name: column.name, sql, type: trinoType(column.type) };
    const other = otherValue(path, sql);
    if (other !== null) {
      isChanged = true;
      return [{ ...own, sql: other }];
    }
    if (column.type === "long" && /^(?:created|start|end)_time$/.test(column.name)) {
      isChanged = true;
      return [own, { name: `${column.name}_dt`, ...spelling.instant(sql) }];
    }
    if (typeof column.type === "string" || column.type.kind !== "struct") return [own];
    const inner = project(column.type.fields, path, table, spelling);
    if (!inner.isChanged) return [own];
    isChanged = true;
    return [{ name: column.name, ...spelling.row(inner.fields) }];
  });
  return { fields, isChanged };
}

/** Values that 1.1.0 spells otherwise. */
function otherValue(path: string, sql: string): string | null {
  if (path === "metadata.version") return "'1.1.0'";
  // Left out of 1.8.0 where the log does not say; required there.
  if (path === "action_id") return `COALESCE(${sql}, 0)`;
  if (path === "action") return `COALESCE(${sql}, 'Unknown')`;
  // Services came later; there they are systems.
  return path.endsWith("user.type_id") ? `CASE ${sql} WHEN 4 THEN 3 ELSE ${sql} END` : null;
}

/** Fields that `aws` holds, by the names that the log gives them, and what no column holds. */
function unmappedMap(source: Source, spelling: Spelling): string {
  const named = Object.entries({ ...source.fields, ...source.jsonFields });
  const entries = named
    // Flow logs' fields have two spellings; Parquet's is the one without hyphens.
    .filter(([key, sql]) => /^aws\.[a-z0-9_.]+$/.test(sql) && !key.includes("-"))
    .map(([key, sql]) => ({ key, sql: `CAST(${sql} AS VARCHAR)` }));
  return spelling.bothMaps(spelling.textMap(entries).sql, spelling.jsonMap("unmapped").sql);
}
