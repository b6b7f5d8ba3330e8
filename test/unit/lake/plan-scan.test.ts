import fc from "fast-check";
import { expect, test } from "vitest";
import { commitAppend } from "../../../lake/commit.ts";
import { planScan, type ScanFilter } from "../../../lake/plan-scan.ts";
import { currentSnapshot } from "../../../lake/snapshot.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { memoryLake, SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

const DAY_MS = 86_400_000;
const ACCOUNTS = ["111122223333", "444455556666", "777788889999", "../x", ""];
const START = 19_700 * DAY_MS;

// Times at the edges of days are likelier than by chance.
const offset = fc.oneof(fc.integer({ min: 0, max: 3 * DAY_MS }), fc.constantFrom(0, DAY_MS, 2 * DAY_MS, DAY_MS - 1));
const row = fc.record({
  timeMs: fc.option(
    offset.map((ms) => START + ms),
    { freq: 8 },
  ),
  account: fc.option(fc.constantFrom(...ACCOUNTS), { freq: 8 }),
});
const filter: fc.Arbitrary<ScanFilter> = fc.record(
  {
    fromMs: offset.map((ms) => START + ms),
    toMs: offset.map((ms) => START + ms),
    accounts: fc.subarray(ACCOUNTS),
  },
  { requiredKeys: [] },
);

type Row = { readonly timeMs: number | null; readonly account: string | null };

test("behavior: a plan holds every file with a wanted row, and no file that its statistics rule out", async () => {
  const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.boolean(),
      fc.array(filter, { minLength: 1, maxLength: 8 }),
      async (rows, byAccount, filters) => {
        const lake = memoryLake();
        await openTable(SYNTHETIC, lake);
        const contents = new Map<string, readonly Row[]>();
        for (const [batch, some] of rows.entries()) {
          const specId = byAccount && batch % 2 === 1 ? 1 : 0;
          const groups = Map.groupBy(some, (each) =>
            JSON.stringify([
              each.timeMs === null ? null : Math.floor(each.timeMs / DAY_MS),
              specId === 1 && each.account,
            ]),
          );
          const files = [...groups.values()].map((group, index) => {
            const file = syntheticFile(`b${batch}-${index}`, specId, group);
            contents.set(file.path, group);
            return file;
          });
          await commitAppend("synthetic", files, {}, lake);
        }
        const table = await loadTable("synthetic", lake.catalog);
        for (const each of filters) {
          const plan = await planScan(table, currentSnapshot(table), each, lake.store);
          const planned = new Set(plan.files.map((file) => file.path));
          for (const [path, group] of contents) {
            const needed = group.some((one) => isWanted(one, each));
            if (needed) expect(planned).toContain(path);
            if (planned.has(path)) expect(mayBeWanted(group, each)).toBe(true);
          }
          expect(plan.rowCount).toBe(plan.files.reduce((sum, file) => sum + file.rowCount, 0));
        }
      },
    ),
    { numRuns: 60 },
  );
});

function isWanted(one: Row, each: ScanFilter): boolean {
  const timed = each.fromMs !== undefined || each.toMs !== undefined;
  if (timed && one.timeMs === null) return false;
  if (one.timeMs !== null && each.fromMs !== undefined && one.timeMs < each.fromMs) return false;
  if (one.timeMs !== null && each.toMs !== undefined && one.timeMs >= each.toMs) return false;
  return each.accounts === undefined || (one.account !== null && each.accounts.includes(one.account));
}

/** By the ranges of the file alone. */
function mayBeWanted(group: readonly Row[], each: ScanFilter): boolean {
  const times = group.flatMap((one) => (one.timeMs === null ? [] : [one.timeMs]));
  const accounts = group.flatMap((one) => (one.account === null ? [] : [one.account])).sort();
  const timed = each.fromMs !== undefined || each.toMs !== undefined;
  const inTime =
    !timed ||
    (times.length > 0 &&
      Math.max(...times) >= (each.fromMs ?? -Infinity) &&
      Math.min(...times) < (each.toMs ?? Infinity));
  const [least, most] = [accounts.at(0), accounts.at(-1)];
  const inAccounts =
    each.accounts === undefined ||
    (least !== undefined && most !== undefined && each.accounts.some((one) => one >= least && one <= most));
  return inTime && inAccounts;
}
