import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { readTruth, runSimulation, type SimulationRun, textOf } from "../../support/simulation.ts";

interface Item {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly relatedEvents: readonly string[];
  readonly configurationItemCaptureTime: string;
  readonly configuration: {
    readonly ipPermissions?: readonly {
      readonly fromPort: number;
      readonly ipRanges: readonly string[];
      readonly ipv6Ranges: readonly object[];
    }[];
  };
}

describe("flow logs and configuration items", () => {
  let run: SimulationRun;
  beforeAll(async () => {
    run = await runSimulation({ accounts: 6, days: 1, eventsPerDay: 6_000, seed: 4 });
  });
  const flowKeys = (): string[] => [...run.objects.keys()].filter((key) => key.endsWith(".log.gz"));

  test("behavior: every line has as many fields as its header", () => {
    let lines = 0;
    const versions = new Set<string>();
    const statuses = new Set<string>();
    for (const key of flowKeys()) {
      const [header = "", ...rows] = textOf(run, key).trimEnd().split("\n");
      const fields = header.split(" ");
      expect(fields).toContain("log-status");
      for (const row of rows) {
        const values = row.split(" ");
        expect(values.length).toBe(fields.length);
        const at = (field: string): string => values[fields.indexOf(field)]!;
        versions.add(at("version"));
        statuses.add(at("log-status"));
        expect(key).toContain(at("account-id"));
        if (at("log-status") !== "OK") expect([at("srcaddr"), at("packets"), at("action")]).toEqual(["-", "-", "-"]);
        lines += 1;
      }
    }
    expect(lines).toBe(run.summary.flows);
    expect(versions).toEqual(new Set(["2", "5", "6"]));
    expect(statuses).toEqual(new Set(["OK", "NODATA", "SKIPDATA"]));
  });

  test("behavior: some objects have several gzip members", () => {
    const members = flowKeys().map((key) => {
      const bytes = Buffer.from(run.objects.get(key)!);
      let count = 0;
      // Our members begin with the same ten bytes; the text inside is compressed.
      for (
        let at = bytes.indexOf("1f8b0800000000", 0, "hex");
        at !== -1;
        at = bytes.indexOf("1f8b0800000000", at + 1, "hex")
      )
        count += 1;
      expect(gunzipSync(bytes).length).toBeGreaterThan(0);
      return count;
    });
    expect(new Set(members)).toEqual(new Set([1, 3]));
  });

  test("behavior: packets of a story are there", () => {
    const lines = flowKeys().flatMap((key) => textOf(run, key).split("\n"));
    expect(lines.filter((line) => line.includes("192.0.2.9") && line.includes("ACCEPT")).length).toBeGreaterThanOrEqual(
      12,
    );
  });

  test("behavior: a security group that a story opened is open in AWS Config, then closed", () => {
    const items = [...run.objects.keys()]
      .filter((key) => key.includes("/ConfigHistory/") && key.includes("SecurityGroup"))
      .flatMap((key) => (JSON.parse(textOf(run, key)) as { configurationItems: Item[] }).configurationItems);
    const truth = readTruth(run).filter((line) => line.story === "careless-admin" && line.step !== "look");
    expect(truth.length).toBe(4);
    for (const line of truth) {
      const item = items.find((one) => one.relatedEvents.includes(line.eventID))!;
      const open = item.configuration.ipPermissions!.filter(
        (one) => one.ipRanges.includes("0.0.0.0/0") || one.ipv6Ranges.length > 0,
      );
      expect(open.length).toBe(line.step === "open" ? 1 : 0);
      expect(Date.parse(item.configurationItemCaptureTime)).toBeGreaterThan(Date.parse(line.eventTime));
    }
  });

  test("behavior: items are counted", () => {
    let items = 0;
    for (const key of run.objects.keys()) {
      if (/_Config(History|Snapshot)_/.test(key))
        items += (JSON.parse(textOf(run, key)) as { configurationItems: Item[] }).configurationItems.length;
    }
    expect(items).toBe(run.summary.configItems);
  });
});
