import fc from "fast-check";
import { expect, test } from "vitest";
import type { ObjectRef } from "../../../core/object-store.ts";
import { planObjects } from "../../../ingest/plan-objects.ts";
import { planRun } from "../../../ingest/plan-run.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { flowKey, trailKey } from "../../support/ingest-folder.ts";

const ref = (key: string, root = "s3://logs/"): ObjectRef => ({
  uri: `${root}${key}`,
  key,
  sizeBytes: 1,
  version: "1",
});
const plan = (refs: readonly ObjectRef[]) => planRun(refs, planObjects(refs, SOURCES), 7);

test("default: what waits, by series, with its first and last delivery", () => {
  const later = trailKey("b").replace("20260105T0005Z", "20260105T0955Z");
  const found = plan([ref(later), ref(trailKey("a")), ref(flowKey("a")), ref("notes/strange.json")]);
  const at = (time: string) => Date.parse(`2026-01-05T${time}Z`);
  const series = { account: "111122223333", region: "eu-west-1" };
  expect(found).toEqual({
    startedAtMs: 7,
    place: "s3://logs/",
    listed: expect.arrayContaining([
      { source: "cloudtrail", ...series, objects: 2, firstAtMs: at("00:05:00"), lastAtMs: at("09:55:00") },
      { source: "vpc_flow", ...series, objects: 1, firstAtMs: at("00:05:00"), lastAtMs: at("00:05:00") },
      { source: null, account: null, region: null, objects: 1, firstAtMs: null, lastAtMs: null },
    ]),
  });
});

test("behavior: what a rule skips waits for nothing; one key without a time leaves the series' times open", () => {
  expect(plan([ref("AWSLogs/111122223333/Config/ConfigWritabilityCheckFile")]).listed).toEqual([]);
  for (const keys of [
    ["x.json", "y_20260105T0005Z.json"],
    ["y_20260105T0005Z.json", "x.json"],
  ]) {
    expect(plan(keys.map((key) => ref(key))).listed).toMatchObject([{ objects: 2, firstAtMs: null, lastAtMs: null }]);
  }
});

test("behavior: every address starts with the place", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "b", "/") })), (keys) => {
      const refs = keys.map((key) => ref(key));
      const { place } = planRun(refs, [], 7);
      expect(refs.every(({ uri }) => uri.startsWith(place))).toBe(true);
      expect(place === "" || place.endsWith("/")).toBe(true);
    }),
  );
});
