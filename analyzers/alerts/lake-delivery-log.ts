import { createHash } from "node:crypto";
import { DELIVERIES_TABLE, type Delivery, type DeliveryLog } from "../../core/delivery.ts";
import { type SqlEngine, type SqlRow, sqlName } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { BATCH_PROPERTY, currentSnapshot } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";

/** What `from_json` makes of the rows: instants come as milliseconds. */
const ROW_TYPES = JSON.stringify([
  {
    alertId: "VARCHAR",
    destination: "VARCHAR",
    ruleId: "VARCHAR",
    entity: "VARCHAR",
    severityId: "INTEGER",
    firstAt: "BIGINT",
    lastAt: "BIGINT",
    findingCount: "BIGINT",
    findingUids: ["VARCHAR"],
    deliveredAt: "BIGINT",
  },
]);

/** The log of deliveries in the lake's table `deliveries`: one commit an append. The engine is used one call at a time. */
export function createLakeDeliveryLog(lake: Lake, engine: SqlEngine): DeliveryLog {
  return {
    read: (destination) => readDeliveries(destination, lake, engine),
    append: (deliveries) => appendDeliveries(deliveries, lake, engine),
  };
}

async function readDeliveries(destination: string, lake: Lake, engine: SqlEngine): Promise<readonly Delivery[]> {
  const table = await openTable(DELIVERIES_TABLE, lake);
  const plan = await planScan(table, currentSnapshot(table), {}, lake.store);
  const rows = await engine.all(
    `SELECT * REPLACE (epoch_ms(first_at) AS first_at, epoch_ms(last_at) AS last_at, epoch_ms(delivered_at) AS delivered_at)
     FROM ${await scanRelation(table, plan.files, lake.store)} WHERE destination = $destination`,
    { destination },
  );
  return rows.map(toDelivery);
}

async function appendDeliveries(deliveries: readonly Delivery[], lake: Lake, engine: SqlEngine): Promise<void> {
  if (deliveries.length === 0) return;
  const table = await openTable(DELIVERIES_TABLE, lake);
  const text = JSON.stringify(deliveries);
  const batch = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const staged = `deliveries_${batch}`;
  const instant = (name: string): string => `make_timestamptz(d.${sqlName(name)} * 1000)`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${staged} AS
     SELECT d.alertId AS alert_id, d.destination AS destination, d.ruleId AS rule_id, d.entity AS entity,
       d.severityId AS severity_id, ${instant("firstAt")} AS first_at, ${instant("lastAt")} AS last_at,
       d.findingCount AS findings, d.findingUids AS finding_uids, ${instant("deliveredAt")} AS delivered_at
     FROM (SELECT unnest(from_json($rows, $types)) AS d)`,
    { rows: text, types: ROW_TYPES },
  );
  try {
    const files = await writeDataFiles(
      table,
      staged,
      { specId: SPEC_DAY, prefix: batch },
      { store: lake.store, engine },
    );
    await commitAppend(DELIVERIES_TABLE.id, files, { [BATCH_PROPERTY]: batch }, lake);
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${staged}`);
  }
}

function toDelivery(row: SqlRow): Delivery {
  const instant = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    alertId: String(row.alert_id),
    destination: String(row.destination),
    ruleId: String(row.rule_id),
    entity: String(row.entity),
    severityId: Number(row.severity_id),
    firstAt: instant(row.first_at),
    lastAt: instant(row.last_at),
    findingCount: Number(row.findings),
    findingUids: Array.isArray(row.finding_uids) ? row.finding_uids.map(String) : [],
    deliveredAt: Number(row.delivered_at),
  };
}
