import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccountCompleteness,
  COMPLETENESS_STATES,
  type Completeness,
  NO_GAPS,
  type SourceCompleteness,
} from "../../../queries/completeness/completeness.ts";
import { completenessJson } from "../../../queries/completeness/completeness-json.ts";
import { describeCompleteness } from "../../../queries/completeness/describe-completeness.ts";
import { textWidth } from "../../../queries/output/text-width.ts";

const at = (text: string) => Date.parse(`2026-01-${text}Z`);

const account = (id: string, rest: Partial<AccountCompleteness> = {}): AccountCompleteness => ({
  ...NO_GAPS,
  account: id,
  name: null,
  listing: "expected",
  state: "complete",
  completeToMs: at("06T00:00:00"),
  lagMs: 0,
  firstObjectAtMs: at("01T00:00:00"),
  lastObjectAtMs: at("06T00:05:00"),
  lastEventAtMs: at("06T00:04:00"),
  currentSeries: 1,
  series: [],
  ...rest,
});

const trail = (
  accounts: readonly AccountCompleteness[],
  rest: Partial<SourceCompleteness> = {},
): SourceCompleteness => ({
  source: "cloudtrail",
  basis: "listed",
  completeToMs: at("05T23:45:00"),
  lagMs: 900_000,
  knownFromMs: at("01T00:00:00"),
  unplacedObjects: 0,
  unplacedEventAtMs: null,
  completeAccounts: accounts.filter(({ state }) => state === "complete").length,
  expectedAccounts: accounts.filter(({ listing }) => listing === "expected").length,
  accounts,
  ...rest,
});

const completeness = (sources: readonly SourceCompleteness[], rest: Partial<Completeness> = {}): Completeness => ({
  window: { fromMs: at("05T00:00:00"), toMs: at("06T00:00:00") },
  askedAccounts: null,
  asOfMs: at("07T00:00:00"),
  isEarlierState: false,
  untilMs: at("06T00:00:00"),
  inventory: { lists: [{ kind: "organization", origin: "o-exampleorgid", takenAtMs: at("06T22:00:00") }] },
  tables: [{ table: "cloudtrail", snapshotId: 4711, snapshotAtMs: at("06T23:00:00") }],
  sources,
  unplaced: [],
  deleted: [],
  ...rest,
});

const behind = account("444455556666", {
  name: "lab",
  state: "behind",
  completeToMs: at("05T10:00:00"),
  lagMs: 50_400_000,
  lastObjectAtMs: at("05T10:15:00"),
  lastEventAtMs: at("05T10:14:00"),
  objectsQuarantined: 2,
  currentSeries: 2,
  series: [
    {
      region: "us-east-1",
      state: "behind",
      lastObjectAtMs: at("05T10:15:00"),
      usualSilenceMs: 3_600_000,
      silence: null,
    },
  ],
});

test("default: a few lines that say until when, for whom, and what is missing", () => {
  const found = completeness(
    [
      trail([
        account("000000000009", { state: "silent", completeToMs: null, lagMs: null, lastObjectAtMs: null }),
        behind,
        account("111122223333", { recordsRejected: 5, lateRowsAtLeast: 10, lateRowsAtMost: 1200 }),
        account("222233334444", { listing: "unlisted" }),
        account("333344445555", { listing: "inactive", state: "behind" }),
      ]),
    ],
    {
      unplaced: [{ ...NO_GAPS, source: null, account: null, objectsQuarantined: 1, objectsPending: 3 }],
      deleted: [{ table: "cloudtrail", rows: 1234, fromMs: at("01T00:00:00"), toMs: at("05T00:00:00") }],
    },
  );
  expect(describeCompleteness(found, 3)).toEqual([
    "3 rows; 2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z; from cloudtrail@4711 of 2026-01-06T23:00:00Z",
    "cloudtrail: complete to 2026-01-05T23:45:00Z for 2 of 3 accounts; 15 min before the window's end",
    "  silent (1): 000000000009 never seen",
    '  behind (1): 444455556666 "lab" since 2026-01-05T10:00:00Z (14 h) in us-east-1 last object 2026-01-05T10:15:00Z, last event 2026-01-05T10:14:00Z',
    "  not in the list (1): 222233334444 complete",
    "  not expected (1): 333344445555 last object 2026-01-06T00:05:00Z",
    "in the window: 3 objects quarantined (444455556666: 2, of no known account: 1), 3 objects not read yet (of no known account: 3), 5 records rejected (111122223333: 5), 10 to 1,200 rows came late (111122223333: 1,200)",
    "accounts: by the list of the organization o-exampleorgid of 2026-01-06T22:00:00Z (2 h before)",
    "cloudtrail: 1,234 rows of 2026-01-01T00:00:00Z to 2026-01-05T00:00:00Z were deleted by age",
  ]);
});

test("behavior: what is not known is said", () => {
  const nothing = trail([], { completeToMs: null, lagMs: null, knownFromMs: null, basis: "seen" });
  expect(describeCompleteness(completeness([nothing], { inventory: null, tables: [] }), 0)).toEqual([
    "0 rows; 2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z; from no table with rows",
    "cloudtrail: nothing was ever delivered",
    "in the window: 0 objects quarantined, 0 records rejected",
    "accounts: those ever seen; no list says which are expected (`logkeep accounts`)",
  ]);
  const young = trail([account("111122223333")], { knownFromMs: at("05T08:00:00"), basis: "seen", lagMs: 0 });
  const earlier = completeness([young], {
    isEarlierState: true,
    untilMs: at("05T20:00:00"),
    asOfMs: at("05T20:00:00"),
  });
  expect(describeCompleteness(earlier, 1).slice(0, 2)).toEqual([
    "1 row; 2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z; as of 2026-01-05T20:00:00Z; from cloudtrail@4711 of 2026-01-06T23:00:00Z",
    "cloudtrail: complete to 2026-01-05T23:45:00Z for 1 of 1 account; nothing is known of before 2026-01-05T08:00:00Z; of accounts ever seen to deliver it",
  ]);
});

test("behavior: objects without an account or a time are not nothing, and not complete", () => {
  const rest = { completeToMs: null, lagMs: null, knownFromMs: null, unplacedEventAtMs: at("05T10:00:00") };
  const found = completeness([trail([], { ...rest, unplacedObjects: 2 })]);
  expect(describeCompleteness(found, 1)[1]).toBe(
    "cloudtrail: 2 objects tell no account or no time by their keys: who and when is complete cannot be said; last event 2026-01-05T10:00:00Z",
  );
  const both = completeness([trail([account("111122223333")], { unplacedObjects: 1 })]);
  expect(describeCompleteness(both, 1)[2]).toMatch(/^ {2}1 object tell/);
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...behind,
    account: String(100_000_000_000 + index),
    objectsQuarantined: index,
  }));

test("behavior: of a thousand accounts the worst few are named and the others counted; JSON has them all", () => {
  const found = completeness([trail(many(1000))]);
  const lines = describeCompleteness(found, 1);
  expect(lines.length).toBeLessThan(8);
  expect(lines.join("\n").length).toBeLessThan(1200);
  expect(lines.join("\n")).toContain("behind (1,000): 100000000000");
  expect(lines.join("\n")).toContain("and 997 more");
  expect(lines.join("\n")).toContain("100000000999: 999, 100000000998: 998, 100000000997: 997, 996 more accounts");
  const parsed = JSON.parse(completenessJson(found, 1)) as { sources: { accounts: unknown[] }[] };
  expect(parsed.sources[0]!.accounts).toHaveLength(1000);
});

test("behavior: whatever an account is named, no line does anything to a terminal or looks like another line", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom(...COMPLETENESS_STATES),
      (name, state) => {
        const plain = describeCompleteness(completeness([trail([{ ...behind, state, name: "x" }])]), 1);
        const lines = describeCompleteness(completeness([trail([{ ...behind, state, name }])]), 1);
        expect(lines).toHaveLength(plain.length);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      },
    ),
  );
  const quoted = describeCompleteness(completeness([trail([{ ...behind, name: 'x" since never' }])]), 1);
  expect(quoted.join("\n")).toContain('"x\\" since never"');
});

test("behavior: a narrow terminal breaks lines at words and loses none", () => {
  const found = completeness([trail([...many(5), account("111122223333")])]);
  const whole = describeCompleteness(found, 3);
  for (const columns of [1, 40, 60, 80, 120]) {
    const lines = describeCompleteness(found, 3, columns);
    expect(lines.join(" ").replace(/\s+/g, " ")).toBe(whole.join(" ").replace(/\s+/g, " "));
    const longest = Math.max(...whole.join(" ").split(/\s+/).map(textWidth)) + 6;
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(40, columns, longest));
  }
});

test("behavior: JSON has instants in ISO 8601, spans in seconds, and ids that any reader keeps", () => {
  const found = completeness([trail([behind])], {
    window: { fromMs: null, toMs: null },
    askedAccounts: ["444455556666"],
  });
  expect(JSON.parse(completenessJson(found, 3))).toEqual({
    version: 1,
    rows: 3,
    window: { from: null, to: null },
    accounts: ["444455556666"],
    as_of: "2026-01-07T00:00:00Z",
    is_earlier_state: false,
    until: "2026-01-06T00:00:00Z",
    inventory: [{ kind: "organization", origin: "o-exampleorgid", taken_at: "2026-01-06T22:00:00Z" }],
    tables: [{ table: "cloudtrail", snapshot: "4711", committed_at: "2026-01-06T23:00:00Z" }],
    sources: [
      {
        source: "cloudtrail",
        counted_by: "listed",
        complete_to: "2026-01-05T23:45:00Z",
        lag_seconds: 900,
        known_from: "2026-01-01T00:00:00Z",
        unplaced_objects: 0,
        unplaced_last_event_at: null,
        complete_accounts: 0,
        expected_accounts: 1,
        accounts: [
          {
            account: "444455556666",
            name: "lab",
            listing: "expected",
            state: "behind",
            complete_to: "2026-01-05T10:00:00Z",
            lag_seconds: 50_400,
            first_object_at: "2026-01-01T00:00:00Z",
            last_object_at: "2026-01-05T10:15:00Z",
            last_event_at: "2026-01-05T10:14:00Z",
            objects_quarantined: 2,
            objects_pending: 0,
            records_rejected: 0,
            late_rows_at_least: 0,
            late_rows_at_most: 0,
            current_series: 2,
            series: [
              {
                region: "us-east-1",
                state: "behind",
                last_object_at: "2026-01-05T10:15:00Z",
                usual_silence_seconds: 3600,
                silence: null,
              },
            ],
          },
        ],
      },
    ],
    unplaced: [],
    deleted: [],
  });
});

test("behavior: JSON spells what a terminal obeys, and is the same text to a reader", () => {
  const name = "\u009b31mred\u202e\u2028\u001b[2J";
  const text = completenessJson(completeness([trail([account("111122223333", { name })])]), 1);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  const parsed = JSON.parse(text) as { sources: { accounts: { name: string }[] }[] };
  expect(parsed.sources[0]?.accounts[0]?.name).toBe(name);
});

test("behavior: one account more is one account", () => {
  const late = ["1", "2", "3", "4"].map((digit) => account(digit.repeat(12), { lateRowsAtMost: 1 }));
  expect(describeCompleteness(completeness([trail(late)]), 1).join("\n")).toContain("333333333333: 1, 1 more account)");
});
