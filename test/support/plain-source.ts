import type { Source } from "../../core/source.ts";
import { type SqlEngine, sqlString } from "../../core/sql-engine.ts";
import { column, struct, type TableDefinition } from "../../core/table.ts";

const TABLE: TableDefinition = {
  id: "plain",
  doc: "A small table for tests of rules",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: [],
  columns: [
    column("time_dt", "timestamptz", "eventTime"),
    column("accountid", "string", "recipientAccountId"),
    column("event_name", "string", "eventName"),
    column(
      "agent",
      struct(column("kind", "string", "userIdentity.type"), column("arn", "string", "userIdentity.arn")),
      "Who",
    ),
    column("is_read", "boolean", "readOnly"),
    column("source_ip", "string", "sourceIPAddress"),
    column("request", "string", "requestParameters, JSON text"),
    column("response", "string", "responseElements, JSON text"),
    column("unmapped", "string", "JSON text"),
  ],
};

/** A source with a column of each sort that fields can have, so that tests of rules need no real normalization. */
export const PLAIN_SOURCE: Source = {
  id: "plain",
  title: "Plain",
  doc: "For tests",
  table: TABLE,
  routes: [],
  delivery: { delayMs: 900_000, cadenceMs: 5_400_000, reachMs: 86_400_000, isFromEveryAccount: true },
  frame: () => null,
  gzipMembers: "one",
  raw: {},
  oftenNull: [],
  recordKey: null,
  deliveryOf: () => "",
  fields: {
    eventTime: "strftime(time_dt AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')",
    recipientAccountId: "accountid",
    eventName: "event_name",
    "userIdentity.type": "agent.kind",
    "userIdentity.arn": "agent.arn",
    readOnly: "is_read",
    sourceIPAddress: "source_ip",
  },
  jsonFields: { requestParameters: "request", responseElements: "response" },
  normalizerVersion: 1,
  logsource: { product: "test", service: "plain" },
  normalizeSql: "",
  macrosSql: "",
};

type Json = Readonly<Record<string, unknown>>;

/** Creates a temporary table of `PLAIN_SOURCE` from raw records; the rowid is the record's index. */
export async function loadPlainRows(engine: SqlEngine, relation: string, records: readonly Json[]): Promise<void> {
  const rows = records.map(toRow);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} AS SELECT
    TRY_CAST(r->>'time' AS TIMESTAMPTZ) AS time_dt, r->>'account' AS accountid, r->>'name' AS event_name,
    CASE WHEN (r->'kind') IS NULL AND (r->'arn') IS NULL THEN NULL ELSE {'kind': r->>'kind', 'arn': r->>'arn'} END AS agent,
    CAST(r->>'read' AS BOOLEAN) AS is_read, r->>'ip' AS source_ip,
    CAST(r->'request' AS VARCHAR) AS request, CAST(r->'response' AS VARCHAR) AS response, CAST(r->'unmapped' AS VARCHAR) AS unmapped
    FROM (SELECT unnest(CAST(${sqlString(JSON.stringify(rows))} AS JSON[])) AS r)`);
}

function toRow(record: Json): Json {
  const rest = structuredClone(record) as Record<string, unknown>;
  const row: Record<string, unknown> = {};
  const take = (owner: unknown, key: string, name: string, type: string): void => {
    if (typeof owner !== "object" || owner === null || Array.isArray(owner)) return;
    const place = owner as Record<string, unknown>;
    const value = Object.hasOwn(place, key) ? place[key] : undefined;
    if (value === undefined || value === null || (type !== "json" && typeof value !== type)) return;
    row[name] = value;
    delete place[key];
  };
  take(rest, "recipientAccountId", "account", "string");
  take(rest, "eventName", "name", "string");
  take(rest.userIdentity, "type", "kind", "string");
  take(rest.userIdentity, "arn", "arn", "string");
  take(rest, "readOnly", "read", "boolean");
  take(rest, "sourceIPAddress", "ip", "string");
  take(rest, "requestParameters", "request", "json");
  take(rest, "responseElements", "response", "json");
  if (typeof rest.eventTime === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(rest.eventTime)) {
    take(rest, "eventTime", "time", "string");
  }
  return Object.keys(rest).length === 0 ? row : { ...row, unmapped: rest };
}
