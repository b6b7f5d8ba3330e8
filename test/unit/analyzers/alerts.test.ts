import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deliverAlerts } from "../../../analyzers/alerts/deliver-alerts.ts";
import { createLakeDeliveryLog } from "../../../analyzers/alerts/lake-delivery-log.ts";
import { planDeliveries } from "../../../analyzers/alerts/plan-deliveries.ts";
import { readAlerts } from "../../../analyzers/alerts/read-alerts.ts";
import type { Alert } from "../../../core/alert.ts";
import type { Delivery, DeliveryLog } from "../../../core/delivery.ts";
import type { Destination } from "../../../core/destination.ts";
import { LogkeepError } from "../../../core/errors.ts";
import { type SqlEngine, sqlString } from "../../../core/sql-engine.ts";
import { openTestEngine } from "../../support/engine.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { temporaryLake } from "../../support/temporary-lake.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

interface Finding {
  readonly uid: string;
  readonly rule: string;
  readonly entity: string;
  readonly minute: number | null;
  readonly severity: number;
}

async function loadFindings(findings: readonly Finding[]): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE alert_findings AS SELECT
    (f->>'minute')::BIGINT * 60000 AS "time", make_timestamptz((f->>'minute')::BIGINT * 60000000) AS time_dt,
    '111122223333' AS accountid, f->>'uid' AS finding_uid, f->>'rule' AS rule_id, f->>'entity' AS entity,
    (f->>'severity')::INTEGER AS severity_id, 's' || (f->>'severity') AS severity, 'm' AS message,
    {'title': 'Title of ' || (f->>'rule')} AS finding_info, NULL::VARCHAR AS rule_author
    FROM (SELECT unnest(CAST(${sqlString(JSON.stringify(findings))} AS JSON[])) AS f)`);
}

function finding(uid: string, minute: number | null, more: Partial<Finding> = {}): Finding {
  return { uid, rule: "r", entity: "e", minute, severity: 3, ...more };
}

function alert(more: Partial<Alert> = {}): Alert {
  return {
    id: "a1",
    ruleId: "r",
    title: "t",
    entity: "e",
    severityId: 3,
    severity: "Medium",
    firstAt: 1000,
    lastAt: 2000,
    findingCount: 2,
    accounts: ["111122223333"],
    findingUids: ["f1", "f2"],
    ruleAuthor: null,
    ...more,
  };
}

test("default: a pause longer than the quiet period begins another alert", async () => {
  await loadFindings([
    finding("f1", 0),
    finding("f2", 60, { severity: 5 }),
    finding("f2", 60, { severity: 5 }),
    finding("f3", 121),
    finding("f4", 0, { entity: "other" }),
    finding("f5", null),
  ]);
  const alerts = await readAlerts(engine, "alert_findings", 60, null);
  expect(
    alerts.map(({ entity, findingCount, findingUids, severityId, severity }) => ({
      entity,
      findingCount,
      findingUids,
      severityId,
      severity,
    })),
  ).toEqual(
    expect.arrayContaining([
      { entity: "e", findingCount: 3, findingUids: ["f1", "f5", "f2"], severityId: 5, severity: "s5" },
      { entity: "e", findingCount: 1, findingUids: ["f3"], severityId: 3, severity: "s3" },
      { entity: "other", findingCount: 1, findingUids: ["f4"], severityId: 3, severity: "s3" },
    ]),
  );
  expect(alerts).toHaveLength(3);
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(3);
  expect((await readAlerts(engine, "alert_findings", 60, 121 * 60_000)).map(({ findingUids }) => findingUids)).toEqual([
    ["f3"],
  ]);
});

test("behavior: no finding is lost or counted twice, spans of one entity stay apart, and order does not matter", async () => {
  const findings = fc.uniqueArray(
    fc.record({
      uid: fc.uuid(),
      rule: fc.constantFrom("a", "b"),
      entity: fc.constantFrom("x", "y"),
      minute: fc.integer({ min: 1, max: 600 }),
      severity: fc.integer({ min: 1, max: 5 }),
    }),
    { selector: ({ uid }) => uid, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(findings, async (list) => {
      await loadFindings(list);
      const alerts = await readAlerts(engine, "alert_findings", 30, null);
      await loadFindings(list.toReversed());
      expect(await readAlerts(engine, "alert_findings", 30, null)).toEqual(alerts);
      expect(alerts.flatMap(({ findingUids }) => findingUids).sort()).toEqual(list.map(({ uid }) => uid).sort());
      for (const group of Map.groupBy(alerts, ({ ruleId, entity }) => ruleId + entity).values()) {
        const sorted = group.toSorted((left, right) => (left.firstAt ?? 0) - (right.firstAt ?? 0));
        for (const [index, later] of sorted.slice(1).entries()) {
          expect((later.firstAt ?? 0) - (sorted[index]?.lastAt ?? 0)).toBeGreaterThan(30 * 60_000);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("behavior: an alert goes out once, again only when its severity rises, also under a new id", () => {
  const sent: Delivery = { ...alert(), alertId: "a1", destination: "d", deliveredAt: 5 };
  expect(planDeliveries([alert()], [])).toHaveLength(1);
  expect(planDeliveries([alert()], [sent])).toEqual([]);
  expect(planDeliveries([alert({ lastAt: 9000, findingCount: 7 })], [sent])).toEqual([]);
  expect(planDeliveries([alert({ severityId: 4 })], [sent])).toHaveLength(1);
  expect(planDeliveries([alert({ id: "late-first-finding", firstAt: 500 })], [sent])).toEqual([]);
  expect(planDeliveries([alert({ id: "later", firstAt: 9000, lastAt: 9500 })], [sent])).toHaveLength(1);
  expect(planDeliveries([alert({ id: "x", entity: "other" })], [sent])).toHaveLength(1);
});

function memoryLog(): DeliveryLog & { readonly rows: Delivery[] } {
  const rows: Delivery[] = [];
  return {
    rows,
    read: async (destination) => rows.filter((row) => row.destination === destination),
    append: async (deliveries) => void rows.push(...deliveries),
  };
}

function recorder(
  id: string,
  fail: (count: number) => Error | null = () => null,
): Destination & { readonly sent: string[] } {
  const sent: string[] = [];
  let count = 0;
  return {
    id,
    sent,
    send: async ({ id: alertId }) => {
      const error = fail(count++);
      if (error !== null) throw error;
      sent.push(alertId);
    },
  };
}

const ALERTS = Array.from({ length: 60 }, (_, index) => alert({ id: `a${index}`, entity: `e${index}` }));

test("behavior: a failing destination does not hold up the others, and gets the rest next time", async () => {
  const log = memoryLog();
  const down = new LogkeepError({ code: "delivery.failed", message: "down", retry: "later" });
  const broken = recorder("broken", (count) => (count === 3 ? down : null));
  const fine = recorder("fine");
  const run = () =>
    deliverAlerts(ALERTS, new AbortController().signal, { destinations: [broken, fine], log, clock: fakeClock() });
  expect(await run()).toEqual([
    { destination: "broken", delivered: 3, known: 0, failures: [{ alertId: "a3", error: down }], untried: 56 },
    { destination: "fine", delivered: 60, known: 0, failures: [], untried: 0 },
  ]);
  expect(await run()).toMatchObject([
    { destination: "broken", delivered: 57, known: 3, untried: 0 },
    { destination: "fine", delivered: 0, known: 60 },
  ]);
  expect(broken.sent).toEqual(ALERTS.map(({ id }) => id));
  expect(fine.sent).toHaveLength(60);
});

test("behavior: a refusal is reported and the next alert tried; stopping leaves the rest", async () => {
  const refusal = new LogkeepError({ code: "delivery.refused", message: "no" });
  const choosy = recorder("choosy", (count) => (count === 0 ? refusal : null));
  const ports = { destinations: [choosy], log: memoryLog(), clock: fakeClock() };
  expect(await deliverAlerts(ALERTS.slice(0, 3), new AbortController().signal, ports)).toMatchObject([
    { delivered: 2, failures: [{ alertId: "a0" }], untried: 0 },
  ]);
  const stopped = await deliverAlerts(ALERTS.slice(3), AbortSignal.abort(), ports);
  expect(stopped).toMatchObject([{ delivered: 0, untried: 57 }]);
});

test("error: when the note of a delivery is lost, the alert comes again with the same id", async () => {
  const log = memoryLog();
  const forgetful: DeliveryLog = { ...log, append: () => Promise.reject(new Error("power cut")) };
  const target = recorder("d");
  const signal = new AbortController().signal;
  await expect(
    deliverAlerts([alert()], signal, { destinations: [target], log: forgetful, clock: fakeClock() }),
  ).rejects.toThrow();
  await deliverAlerts([alert()], signal, { destinations: [target], log, clock: fakeClock() });
  expect(target.sent).toEqual(["a1", "a1"]);
});

test("behavior: the log in the lake gives back what was noted", async () => {
  await using place = await temporaryLake();
  const log = createLakeDeliveryLog(place.lake, place.engine);
  expect(await log.read("file")).toEqual([]);
  const rows: Delivery[] = [
    { ...delivery("a1"), entity: 'it\'s \u0000 "x"\n', firstAt: null, lastAt: null },
    delivery("a2"),
  ];
  await log.append(rows);
  await log.append([{ ...delivery("a3"), destination: "other" }]);
  await log.append([]);
  const byId = (left: Delivery, right: Delivery) => left.alertId.localeCompare(right.alertId);
  expect((await log.read("file")).toSorted(byId)).toEqual(rows);
  expect((await log.read("other")).map(({ alertId }) => alertId)).toEqual(["a3"]);
});

function delivery(alertId: string): Delivery {
  return {
    alertId,
    destination: "file",
    ruleId: "r",
    entity: "e",
    severityId: 4,
    firstAt: 1_700_000_000_123,
    lastAt: 1_700_000_060_000,
    findingCount: 3,
    findingUids: ["f1", "f2"],
    deliveredAt: 1_700_000_100_000,
  };
}
