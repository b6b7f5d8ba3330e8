import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseSimulationOptions, type SimulationOptions, simulationHelp } from "../../../cli/simulator/options.ts";
import { simulate } from "../../../cli/simulator/simulate.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { readRecords, runSimulation, textOf, trailKeys } from "../../support/simulation.ts";

const SMALL = { accounts: 4, days: 2, eventsPerDay: 2_000, seed: 11 };

describe("simulate", () => {
  test("default", async () => {
    const run = await runSimulation(SMALL);
    const records = [...readRecords(run)];
    const ids = new Set(records.map(({ record }) => record.eventID ?? record.eventId));
    expect(records.length).toBe(run.summary.records);
    expect(ids.size).toBe(run.summary.events);
    expect(run.summary.events).toBeGreaterThanOrEqual(SMALL.days * SMALL.eventsPerDay);
    expect(run.summary.events).toBeLessThan(SMALL.days * SMALL.eventsPerDay * 1.01);
    expect(run.summary.records).toBeGreaterThan(run.summary.events);
    // The truth and the settings lie beside the delivered objects.
    expect(run.objects.size).toBe(run.summary.objects + 2);
    for (const key of trailKeys(run)) expect(textOf(run, key)).toMatch(/^\{"Records":\[(\{"|\]\}$)/);
  });

  test("behavior: the same seed gives the same bytes, another seed others", async () => {
    const digest = async (seed: number): Promise<string> => {
      const hash = createHash("sha256");
      const run = await runSimulation({ ...SMALL, days: 1, seed });
      for (const key of [...run.objects.keys()].sort()) hash.update(key).update(run.objects.get(key)!);
      return hash.digest("hex");
    };
    const [once, again, other] = [await digest(11), await digest(11), await digest(12)];
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });

  test("behavior: every key is one that AWS writes", async () => {
    const run = await runSimulation(SMALL);
    const file = String.raw`\d{4}/\d{2}/\d{2}/\d{12}_`;
    const layouts = [
      [
        "trail",
        new RegExp(
          String.raw`^AWSLogs/o-exampleorg1/(\d{12})/CloudTrail/([a-z0-9-]+)/${file}CloudTrail_\2_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`,
        ),
      ],
      [
        "second trail",
        new RegExp(
          String.raw`^security-team/AWSLogs/(\d{12})/CloudTrail/([a-z0-9-]+)/${file}CloudTrail_\2_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`,
        ),
      ],
      [
        "sibling",
        new RegExp(
          String.raw`^AWSLogs/o-exampleorg1/(\d{12})/(CloudTrail-(?:Insight|NetworkActivity|Aggregated))/([a-z0-9-]+)/${file}\2_\3_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`,
        ),
      ],
      [
        "digest",
        new RegExp(
          String.raw`^AWSLogs/o-exampleorg1/(\d{12})/CloudTrail-Digest/([a-z0-9-]+)/${file}CloudTrail-Digest_\2_organization-trail_us-east-1_\d{8}T\d{6}Z\.json\.gz$`,
        ),
      ],
      ["marker", /^AWSLogs\/o-exampleorg1\/\d{12}\/CloudTrail\/$/],
      ["probe", /^AWSLogs\/\d{12}\/Config\/ConfigWritabilityCheckFile$/],
      [
        "history",
        /^AWSLogs\/\d{12}\/Config\/[a-z0-9-]+\/\d{4}\/[1-9]\d?\/[1-9]\d?\/ConfigHistory\/\d{12}_Config_[a-z0-9-]+_ConfigHistory_AWS::\w+::\w+_\d{8}T\d{6}Z_\d{8}T\d{6}Z_1\.json\.gz$/,
      ],
      [
        "snapshot",
        /^AWSLogs\/\d{12}\/Config\/[a-z0-9-]+\/\d{4}\/[1-9]\d?\/[1-9]\d?\/ConfigSnapshot\/\d{12}_Config_[a-z0-9-]+_ConfigSnapshot_\d{8}T\d{6}Z_[0-9a-f-]{36}\.json\.gz$/,
      ],
      [
        "flow",
        /^AWSLogs\/\d{12}\/vpcflowlogs\/[a-z0-9-]+\/\d{4}\/\d{2}\/\d{2}\/(\d{2}\/)?\d{12}_vpcflowlogs_[a-z0-9-]+_fl-[0-9a-f]+_\d{8}T\d{4}Z_[0-9a-f]{8}\.log\.gz$/,
      ],
      [
        "hive flow",
        /^AWSLogs\/aws-account-id=\d{12}\/aws-service=vpcflowlogs\/aws-region=[a-z0-9-]+\/year=\d{4}\/month=\d{2}\/day=\d{2}\/hour=\d{2}\/\d{12}_vpcflowlogs_[^/]+\.log\.gz$/,
      ],
      ["root", /^(truth\.jsonl|logkeep\.yaml)$/],
    ] as const;
    const used = new Set<string>();
    for (const key of run.objects.keys()) {
      const layout = layouts.find(([, pattern]) => pattern.test(key));
      expect(layout, key).toBeDefined();
      used.add(layout![0]);
    }
    expect([...used].sort()).toEqual(layouts.map(([name]) => name).sort());
  });

  test("behavior: digests name real objects by their hash and chain", async () => {
    const run = await runSimulation({ ...SMALL, vpcFlow: false, config: false });
    const digests = [...run.objects.keys()].filter((key) => key.includes("/CloudTrail-Digest/"));
    const vouched = new Set<string>();
    for (const key of digests) {
      const digest: {
        previousDigestS3Object: string | null;
        previousDigestHashValue: string | null;
        logFiles: { s3Object: string; hashValue: string }[];
      } = JSON.parse(textOf(run, key));
      for (const { s3Object, hashValue } of digest.logFiles) {
        vouched.add(s3Object);
        expect(createHash("sha256").update(textOf(run, s3Object)).digest("hex")).toBe(hashValue);
      }
      if (digest.previousDigestS3Object === null) continue;
      const previous = textOf(run, digest.previousDigestS3Object);
      expect(createHash("sha256").update(previous).digest("hex")).toBe(digest.previousDigestHashValue);
    }
    const own = trailKeys(run).filter((key) => key.startsWith("AWSLogs/"));
    expect(vouched.size).toBe(own.length);
  });

  test("behavior: late, corrected, repeated and empty deliveries occur", async () => {
    const run = await runSimulation({
      accounts: 3,
      days: 2,
      eventsPerDay: 6_000,
      seed: 5,
      vpcFlow: false,
      config: false,
    });
    const records = [...readRecords(run)];
    const reasons = records.map(({ record }) => (record.addendum as { reason?: string } | undefined)?.reason);
    expect(reasons).toContain("DELIVERY_DELAY");
    const ids = new Set(records.map(({ record }) => record.eventID));
    const corrected = records
      .map(({ record }) => record.addendum as { reason: string; originalEventID: string } | undefined)
      .filter((one) => one?.reason === "UPDATED_DATA");
    expect(corrected.length).toBeGreaterThan(0);
    for (const one of corrected) expect(ids.has(one!.originalEventID)).toBe(true);
    expect(trailKeys(run).some((key) => textOf(run, key) === '{"Records":[]}')).toBe(true);
    const shared = Map.groupBy(
      records.filter(({ record }) => record.eventName === "AssumeRole" && record.sharedEventID !== undefined),
      ({ record }) => record.sharedEventID,
    );
    const accounts = [...shared.values()].map(
      (pair) => new Set(pair.map(({ record }) => record.recipientAccountId)).size,
    );
    expect(accounts.filter((count) => count === 2).length).toBeGreaterThan(5);
  });

  test("behavior: records are as long, as varied and as compressible as real ones", async () => {
    const run = await runSimulation({ accounts: 2, days: 1, eventsPerDay: 8_000, objects: 4, seed: 2 });
    const records = [...readRecords(run)].map(({ record }) => record);
    const share = (claim: (record: (typeof records)[number]) => boolean): number =>
      records.filter(claim).length / records.length;
    // What the ingest path was sized on: 1.9 kB a record, 260 bytes gzipped at 2,000 a file; within a quarter.
    expect(run.summary.inflatedBytes / records.length / 1900).toBeGreaterThan(0.75);
    expect(run.summary.inflatedBytes / records.length / 1900).toBeLessThan(1.25);
    expect(run.summary.bytes / records.length / 260).toBeGreaterThan(0.75);
    expect(run.summary.bytes / records.length / 260).toBeLessThan(1.25);
    expect(share((record) => record.responseElements === null)).toBeGreaterThan(0.75);
    expect(share((record) => record.requestParameters === null)).toBeGreaterThan(0.03);
    expect(share((record) => /amazonaws\.com|AWS Internal/.test(String(record.sourceIPAddress)))).toBeGreaterThan(0.08);
    expect(share((record) => record.errorCode !== undefined)).toBeGreaterThan(0.02);
    expect(share((record) => record.errorCode !== undefined)).toBeLessThan(0.05);
    expect(new Set(records.map((record) => record.eventSource)).size).toBeGreaterThanOrEqual(30);
    expect(new Set(records.map((record) => record.eventVersion))).toEqual(new Set(["1.08", "1.09", "1.10", "1.11"]));
    const types = new Set(records.map((record) => (record.userIdentity as { type?: string }).type));
    expect(types).toEqual(new Set(["AssumedRole", "IAMUser", "AWSService", "AWSAccount", "Root", undefined]));
    for (const record of records) expect(record.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("args: objects gives exactly that many, of equal size", async () => {
    const run = await runSimulation({ accounts: 3, days: 1, eventsPerDay: 2_003, objects: 10, seed: 1 });
    const sizes = trailKeys(run).map((key) => JSON.parse(textOf(run, key)).Records.length);
    expect(run.summary.objects).toBe(10);
    expect(sizes.length).toBe(10);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(2_003);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(run.summary.events).toBe(2_003);
  });

  test("args: a thousand accounts have a thousand different ids", async () => {
    const run = await runSimulation({
      accounts: 1_000,
      days: 1,
      eventsPerDay: 1_500,
      vpcFlow: false,
      config: false,
      digests: false,
    });
    const ids = new Set(
      [...run.objects.keys()].flatMap((key) => /^AWSLogs\/o-exampleorg1\/(\d{12})\//.exec(key)?.[1] ?? []),
    );
    expect(ids.size).toBe(1_000);
  });

  for (const [name, given] of [
    ["zero", { accounts: 0 }],
    ["negative", { days: -1 }],
    ["not a number", { eventsPerDay: Number.NaN }],
    ["infinite", { eventsPerDay: Number.POSITIVE_INFINITY }],
    ["a fraction", { accounts: 1.5 }],
    ["absurdly large", { accounts: 1e9 }],
    ["absurdly large together", { days: 3_000, eventsPerDay: 20_000_000 }],
    ["no number", { seed: "twelve" }],
    ["empty text", { accounts: "" }],
    ["a day that is none", { startDay: "2026-02-30" }],
    ["more objects than events", { eventsPerDay: 10, days: 1, objects: 11 }],
    ["an unknown option", { acounts: 3 }],
  ] as const) {
    test(`error: ${name}`, async () => {
      const failure = (work: () => unknown): unknown => {
        try {
          return work();
        } catch (thrown) {
          return thrown;
        }
      };
      expect(
        isLogkeepError(
          failure(() => parseSimulationOptions(given)),
          "cli.usage",
        ),
      ).toBe(true);
      // The stage itself refuses them too, whatever the caller's types claim.
      const options: unknown = { ...parseSimulationOptions({}), ...given };
      await expect(simulate(options as SimulationOptions, { write: async () => {} })).rejects.toMatchObject({
        code: "cli.usage",
      });
    });
  }

  test("args: numbers may be text, and each option has help", () => {
    expect(parseSimulationOptions({ accounts: "12", seed: "0" })).toMatchObject({ accounts: 12, seed: 0, days: 3 });
    for (const line of simulationHelp()) expect(line).toMatch(/^\w+: .+/);
  });

  test("error: a sink that fails ends the run with its error", async () => {
    const failure = new Error("no room");
    let writes = 0;
    const sink = {
      write: async (): Promise<void> => {
        writes += 1;
        if (writes > 5) throw failure;
      },
    };
    await expect(simulate(parseSimulationOptions(SMALL), sink)).rejects.toBe(failure);
    expect(writes).toBeLessThan(20);
  });
});
