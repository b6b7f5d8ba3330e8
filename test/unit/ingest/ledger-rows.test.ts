import fc from "fast-check";
import { expect, test } from "vitest";
import type { ObjectRecords } from "../../../ingest/batch-tables.ts";
import { closedRow, openedRow, toRanges } from "../../../ingest/ledger-rows.ts";
import type { ClosedObject, OpenedObject } from "../../../ingest/objects.ts";
import { routeKey } from "../../../ingest/route.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { trailKey } from "../../support/ingest-folder.ts";
import { sourceOf } from "../../support/normalize-records.ts";

const NOW = "2026-01-05T00:00:00.000Z";
const key = trailKey("x");
const common = {
  ref: { uri: `file:///${key}`, key, sizeBytes: 10, version: "v" },
  route: routeKey(key, SOURCES),
  source: sourceOf("cloudtrail"),
  inflatedBytes: 100,
  sha256: "00",
};
const object: OpenedObject = {
  ...common,
  kind: "opened",
  format: { kind: "json-array", path: [] },
  path: "000000.jsn",
  offsetBytes: 0,
  spooledBytes: 90,
  isEndKnown: true,
  arrayKey: "Records",
  envelope: "{}",
  largestRecordBytes: 1,
  rejects: [],
};

/** An object of so many records, with the instants that its rows had. */
function counted(records: number, first: Date | null = null, last: Date | null = null): ObjectRecords {
  return { object, records, firstRow: 0n, firstEventAt: first, lastEventAt: last, accounts: null };
}

test("behavior: ranges hold exactly the ordinals, and none touches the next", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), (given) => {
      const ordinals = given.toSorted((left, right) => left - right);
      const ranges = toRanges(ordinals);
      const back = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
      expect(back).toEqual(ordinals);
      for (const [index, [from]] of ranges.entries()) {
        const before = ranges[index - 1];
        if (before !== undefined) expect(from - before[1]).toBeGreaterThan(1);
      }
    }),
  );
});

test("behavior: the sums of a row balance, and one that cannot is refused", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (records, rejected, duplicate) => {
      const ordinals = Array.from({ length: duplicate }, (_, index) => index);
      const row = () => openedRow(counted(records), rejected, { count: duplicate, ordinals }, "b", NOW);
      if (rejected + duplicate > records) {
        expect(row).toThrow("more rejects and duplicates than records");
        return;
      }
      const { rows_kept, records_rejected, records_duplicate, records_in, state } = row();
      expect(rows_kept + records_rejected + records_duplicate).toBe(records_in);
      expect(state).toBe(records > 0 && duplicate === records ? "duplicate" : "ingested");
    }),
  );
});

test("behavior: event times are written only where every reader understands them", () => {
  const row = (instant: Date) => openedRow(counted(1, instant, instant), 0, undefined, "b", NOW).first_event_at;
  expect(row(new Date("2026-01-05T00:01:02Z"))).toBe("2026-01-05T00:01:02.000Z");
  expect(row(new Date("+030000-01-01T00:00:00Z"))).toBeNull();
  expect(row(new Date("-000001-01-01T00:00:00Z"))).toBeNull();
  expect(row(new Date(Number.NaN))).toBeNull();
});

test("default: an object that gives no rows keeps its reason; a duplicate has as many records as the first", () => {
  const closed: ClosedObject = {
    ...common,
    kind: "closed",
    state: "duplicate",
    reason: "duplicate.object",
    detail: "d",
    recordCount: 7,
  };
  expect(closedRow(closed, "b", NOW)).toMatchObject({
    state: "duplicate",
    reason: "duplicate.object",
    records_in: 7,
    rows_kept: 0,
    records_duplicate: 7,
    accountid: "111122223333",
    region: "eu-west-1",
    delivered_at: "2026-01-05T00:05:00.000Z",
  });
  expect(openedRow(counted(1), 0, undefined, "b", NOW).delivered_at).toBe("2026-01-05T00:05:00.000Z");
  const quarantined: ClosedObject = { ...closed, state: "quarantined", reason: "inflate.truncated", recordCount: null };
  expect(closedRow(quarantined, "b", NOW)).toMatchObject({ records_in: null, rows_kept: 0, records_duplicate: 0 });
});
