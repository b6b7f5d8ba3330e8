/** Findings in the lake -> alerts at the destinations. One process at a time. */
import { deliverAlerts } from "../analyzers/alerts/deliver-alerts.ts";
import { createLakeDeliveryLog } from "../analyzers/alerts/lake-delivery-log.ts";
import { readAlerts } from "../analyzers/alerts/read-alerts.ts";
import type { TextSink } from "../core/destination.ts";
import { FINDINGS_TABLE } from "../core/finding.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake } from "../lake/catalog.ts";
import { planScan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot } from "../lake/snapshot.ts";
import type { CommandContext } from "./command.ts";
import type { Output } from "./output.ts";
import { openDestinations } from "./wire.ts";

/** More alerts than a person reads on a screen. */
const MAX_SHOWN_ALERTS = 50;

/** How a sending went. */
export interface SentAlerts {
  /** Alerts that reached each destination now. */
  readonly delivered: ReadonlyMap<string, number>;
  readonly failedDeliveries: number;
}

/** Sends the alerts that follow from the findings and that a destination has not had, to each of them. */
export async function sendAlerts(
  lake: Lake,
  engine: SqlEngine,
  context: Pick<CommandContext, "config" | "clock" | "stdout" | "signal" | "log">,
): Promise<SentAlerts> {
  const { config, clock, stdout } = context;
  const table = await lake.catalog.load(FINDINGS_TABLE.id);
  const delivered = new Map<string, number>();
  if (table === null) return { delivered, failedDeliveries: 0 };
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW all_findings AS SELECT * FROM ${await scanRelation(table, files, lake.store)}`,
  );
  const alerts = await readAlerts(engine, "all_findings", config.quietMinutes, null);
  const terminal = firstLines(stdout, MAX_SHOWN_ALERTS);
  const destinations = await openDestinations(config, clock, terminal);
  const log = createLakeDeliveryLog(lake, engine);
  const outcomes = await deliverAlerts(alerts, context.signal, { destinations, log, clock });
  let failedDeliveries = 0;
  for (const outcome of outcomes) {
    delivered.set(outcome.destination, outcome.delivered);
    failedDeliveries += outcome.failures.length + outcome.untried;
    for (const { alertId, error } of outcome.failures) {
      context.log.error("alert.undelivered", { destination: outcome.destination, alert: alertId, code: error.code });
    }
  }
  if (terminal.left() > 0) await stdout.write(`... and ${terminal.left()} more: logkeep alerts\n`);
  return { delivered, failedDeliveries };
}

/** A terminal that shows the first alerts and counts the rest: a rule without its list can raise thousands. */
function firstLines(stdout: Output, most: number): TextSink & { left(): number } {
  let written = 0;
  return {
    write: async (text) => {
      written += 1;
      if (written <= most) await stdout.write(text);
    },
    left: () => Math.max(0, written - most),
  };
}
