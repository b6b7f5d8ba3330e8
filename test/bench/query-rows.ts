import { type SqlEngine, sqlName } from "../../core/sql-engine.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { schemaOf } from "../../lake/metadata.ts";
import type { IcebergStruct, IcebergType } from "../../lake/model.ts";
import { duckDbType } from "../../lake/schema.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";

export const DAY_MS = 86_400_000;
export const FIRST_DAY = Date.UTC(2026, 0, 1);

/** A synthetic account. */
export function accountOf(index: number): string {
  return String(100_000_000_000 + index * 7_000_003).padStart(12, "1");
}

/**
 * Values by dotted path, from `i` (the row's number in its day), `h` (its hash) and `a` (its account's number). Half a
 * percent of the calls come from another account; event ids are random, as they are in life.
 */
const VALUES = (accounts: number): Readonly<Record<string, string>> => ({
  time: "epoch_ms(event_at)",
  time_dt: "event_at",
  accountid: account("a"),
  region: "['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'][1 + (h >> 8) % 4]",
  class_uid: "6003",
  class_name: "'API Activity'",
  category_uid: "6",
  category_name: "'Application Activity'",
  activity_id: "1 + (h >> 10) % 4",
  type_uid: "600301 + (h >> 10) % 4",
  severity_id: "1",
  severity: "'Informational'",
  status_id: "CASE WHEN h % 25 = 0 THEN 2 ELSE 1 END",
  status: "CASE WHEN h % 25 = 0 THEN 'Failure' ELSE 'Success' END",
  "metadata.uid": "md5(i || '-' || day)",
  "metadata.version": "'1.8.0'",
  "metadata.event_code": "'AwsApiCall'",
  "metadata.product.name": "'CloudTrail'",
  "api.operation": "'Operation' || (h >> 12) % 300",
  "api.service.name": "'service-' || (h >> 12) % 40 || '.amazonaws.com'",
  "api.request.data": `'{"bucketName":"bucket-' || (h >> 20) % 500 || '","key":"part-' || (h >> 30) % 100000 || '"}'`,
  "api.response.error": "CASE WHEN h % 25 = 0 THEN 'AccessDenied' END",
  "actor.user.type": "'AssumedRole'",
  "actor.user.uid": `'arn:aws:sts::' || ${account("caller")} || ':assumed-role/role-' || (h >> 16) % 60 || '/session-' || (h >> 22) % 400`,
  "actor.user.account.uid": account("caller"),
  "actor.user.credential_uid": "'ASIA' || lpad(((h >> 22) % 24000)::VARCHAR, 16, 'X')",
  "actor.session.issuer": `'arn:aws:iam::' || ${account("caller")} || ':role/role-' || (h >> 16) % 60`,
  "cloud.provider": "'AWS'",
  "src_endpoint.ip": "'198.51.100.' || (h >> 24) % 250",
  "http_request.user_agent": "'aws-sdk-' || (h >> 27) % 40",
  "aws.event_category": "'Management'",
  "aws.read_only": "h % 3 > 0",
  "aws.recipient_account_id": account("a"),
  "logkeep.object": `'s3://logs/' || ${account("a")} || '/' || day || '/' || i // (${accounts} * 200)`,
});

/** Writes rows straight through the lake's writer: a commit for each day. */
export async function writeRows(
  size: { readonly rows: number; readonly accounts: number; readonly days: number; readonly specId: number },
  lake: Lake,
  engine: SqlEngine,
  onDay: (day: number) => void,
): Promise<void> {
  const source = SOURCES.find((each) => each.id === "cloudtrail");
  if (source === undefined) throw new Error("there is no source for CloudTrail");
  const { rows, accounts, days, specId } = size;
  const perDay = Math.ceil(rows / days);
  const table = await openTable(source.table, lake);
  const schema = schemaOf(table.metadata);
  const values = VALUES(accounts);
  const columns = schema.fields.map(
    (field) => `${expressionOf(field.type, field.name, values)} AS ${sqlName(field.name)}`,
  );
  for (let day = 0; day < days; day += 1) {
    const count = Math.min(perDay, rows - day * perDay);
    await engine.run(`CREATE OR REPLACE TEMP TABLE bench_rows AS SELECT ${columns.join(", ")} FROM (
      SELECT i, i // ${Math.ceil(count / accounts)} AS a, ${day} AS day, (hash(i * 31 + ${day}) >> 8)::BIGINT AS h,
        make_timestamptz((${FIRST_DAY + day * DAY_MS} + (hash(i + ${day} * 1000003) % ${DAY_MS})::BIGINT) * 1000) AS event_at,
        CASE WHEN (hash(i * 17 + ${day}) % 200) = 0 THEN (hash(i) % ${accounts})::BIGINT ELSE a END AS caller
      FROM range(${count}) AS r(i))`);
    const ports = { store: lake.store, engine };
    // The rows come account by account.
    const options = { specId, prefix: `bench-${day}`, keepOrder: true };
    const files = await writeDataFiles(table, "bench_rows", options, ports);
    await commitAppend(table.id, files, {}, lake);
    onDay(day);
  }
  await engine.run("DROP TABLE bench_rows");
}

function account(number: string): string {
  return `lpad((100000000000 + ${number} * 7000003)::VARCHAR, 12, '1')`;
}

function expressionOf(type: IcebergType, path: string, values: Readonly<Record<string, string>>): string {
  const given = values[path];
  if (given !== undefined) return `CAST(${given} AS ${duckDbType(type)})`;
  if (typeof type === "string" || type.type === "list") return `CAST(NULL AS ${duckDbType(type)})`;
  const fields = (type satisfies IcebergStruct).fields.map(
    (field) => `${sqlName(field.name)} := ${expressionOf(field.type, `${path}.${field.name}`, values)}`,
  );
  return `struct_pack(${fields.join(", ")})`;
}
