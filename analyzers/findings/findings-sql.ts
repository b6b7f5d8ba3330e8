import { FINDINGS_TABLE } from "../../core/finding.ts";
import type { Source } from "../../core/source.ts";
import { sqlName, sqlString } from "../../core/sql-engine.ts";
import type { Detection } from "../detection.ts";
import type { SeverityLevel } from "../sigma/ir.ts";
import { sqlType } from "../sql/sql-type.ts";

const SEVERITY: Readonly<Record<SeverityLevel, { readonly id: number; readonly caption: string }>> = {
  informational: { id: 1, caption: "Informational" },
  low: { id: 2, caption: "Low" },
  medium: { id: 3, caption: "Medium" },
  high: { id: 4, caption: "High" },
  critical: { id: 5, caption: "Critical" },
};

/**
 * A SELECT of findings rows (the columns of `FINDINGS_TABLE`, in their order) over a table of hits and the relation
 * that they point into. The same rows and rules give the same findings: nothing in it comes from a clock.
 */
export function findingsSql(
  hits: string,
  relation: string,
  source: Source,
  detections: readonly Detection[],
  batch: string,
): string {
  const { table } = source;
  const has = (name: string): boolean => table.columns.some((column) => column.name === name);
  const time = `logkeep_row.${sqlName(table.timeColumn)}`;
  const account = table.accountColumn === null ? "NULL" : `logkeep_row.${sqlName(table.accountColumn)}`;
  const recordUid = source.recordKey === null ? "NULL" : keySql(source.recordKey[0]);
  const values: Readonly<Record<string, string>> = {
    time: `epoch_ms(${time})`,
    time_dt: time,
    accountid: account,
    region: has("region") ? "logkeep_row.region" : "NULL",
    finding_uid: "logkeep_hit.uid",
    rule_id: "logkeep_rule.id",
    rule_version: "logkeep_rule.version",
    entity: "logkeep_hit.entity",
    class_uid: "2004",
    class_name: "'Detection Finding'",
    category_uid: "2",
    category_name: "'Findings'",
    activity_id: "1",
    activity_name: "'Create'",
    type_uid: "200401",
    type_name: "'Detection Finding: Create'",
    severity_id: "logkeep_rule.severity_id",
    severity: "logkeep_rule.severity",
    status_id: "1",
    status: "'New'",
    message: "logkeep_rule.title || ': ' || logkeep_hit.entity",
    metadata: `{'uid': logkeep_hit.uid, 'version': '1.8.0', 'product': {'name': 'Logkeep', 'vendor_name': 'Logkeep'}}`,
    finding_info: `{'uid': logkeep_hit.uid, 'title': logkeep_rule.title, 'desc': logkeep_rule.description,
      'types': [${sqlString(`${source.logsource.product}:${source.logsource.service}`)}], 'created_time': epoch_ms(${time}),
      'analytic': {'uid': logkeep_rule.id, 'name': logkeep_rule.title, 'version': logkeep_rule.version, 'type_id': 1, 'type': 'Rule'},
      'attacks': list_transform(logkeep_rule.techniques, lambda logkeep_t:
        {'version': logkeep_rule.attack_version, 'technique': {'uid': logkeep_t}})}`,
    evidences: "[{'data': logkeep_hit.why}]",
    table_name: sqlString(table.id),
    rows: `[{'object': logkeep_row.logkeep."object", 'ordinal': logkeep_row.logkeep.ordinal, 'record_uid': ${recordUid}}]`,
    rule_author: "logkeep_rule.author",
    batch: sqlString(batch),
  };
  const rules = `(VALUES ${detections.map(ruleRow).join(",\n")})
      AS logkeep_rule(rule, id, version, severity_id, severity, title, description, techniques, attack_version, author)`;
  const columns = FINDINGS_TABLE.columns.map(
    ({ name, type }) => `CAST(${values[name] ?? "NULL"} AS ${sqlType(type)}) AS ${sqlName(name)}`,
  );
  return `SELECT ${columns.join(",\n")}
    FROM (SELECT logkeep_hit.*, ${uidSql(source)} AS uid FROM ${hits} AS logkeep_hit
      JOIN ${sqlName(relation)} AS logkeep_row ON logkeep_row.rowid = logkeep_hit.row_id
      JOIN ${rules} ON logkeep_rule.rule = logkeep_hit.rule) AS logkeep_hit
    JOIN ${sqlName(relation)} AS logkeep_row ON logkeep_row.rowid = logkeep_hit.row_id
    JOIN ${rules} ON logkeep_rule.rule = logkeep_hit.rule
    ORDER BY finding_uid`;
}

/**
 * The same event and rule, the same id: the record's own key where it has one, so that a redelivery in another object
 * gives the same; else object and ordinal. A JSON list keeps the parts apart whatever they hold.
 */
function uidSql(source: Source): string {
  const address = 'logkeep_row.logkeep."object", CAST(logkeep_row.logkeep.ordinal AS VARCHAR)';
  const hash = (parts: string): string =>
    `sha256(CAST(to_json(['finding', logkeep_rule.id, ${sqlString(source.id)}, ${parts}]) AS VARCHAR))`;
  if (source.recordKey === null) return hash(address);
  const [first] = source.recordKey;
  const key = source.recordKey.map(keySql).join(", ");
  return `(CASE WHEN ${keySql(first)} IS NOT NULL THEN ${hash(key)} ELSE ${hash(address)} END)`;
}

/** Keys are columns, or dotted paths into structs. */
function keySql(key: string | undefined): string {
  if (key === undefined) return "NULL";
  return `CAST(logkeep_row.${key.split(".").map(sqlName).join(".")} AS VARCHAR)`;
}

function ruleRow(detection: Detection, index: number): string {
  const { rule } = detection;
  const severity = SEVERITY[rule.level];
  const text = (value: string | null): string => (value === null ? "CAST(NULL AS VARCHAR)" : sqlString(value));
  return `(${[
    index,
    sqlString(detection.id),
    sqlString(detection.version),
    severity.id,
    sqlString(severity.caption),
    sqlString(rule.title),
    text(rule.description),
    `CAST([${detection.techniques.map(sqlString).join(", ")}] AS VARCHAR[])`,
    text(rule.extras.attackVersion),
    text(rule.author),
  ].join(", ")})`;
}
