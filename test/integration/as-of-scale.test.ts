/**
 * Several days of several accounts, asked as of one state by its time, by a snapshot and by a tag: before and after
 * compaction, late data, an addendum, expiry and a move, every answer has the same rows.
 */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeOrphans } from "../../lake/clean.ts";
import { DIGESTS, openAsOfLab, SAVED, SMALL_BATCHES, SUMS } from "../support/as-of-lab.ts";
import { runCommand } from "../support/run-command.ts";

const FORGETFUL = { LOGKEEP_MAINTENANCE_SNAPSHOT_DAYS: "0", LOGKEEP_MAINTENANCE_SNAPSHOTS: "1" };
/** `LOGKEEP_TEST_SCALE=all` takes a quarter of an hour on two busy cores. */
const IS_ALL = process.env["LOGKEEP_TEST_SCALE"] === "all";
const SIZE = IS_ALL ? { accounts: 8, days: 6, eventsPerDay: 3000 } : { accounts: 4, days: 3, eventsPerDay: 600 };
const SOME_SAVED = SAVED.filter((_, index) => index % (IS_ALL ? 8 : 20) === 0);
const QUESTIONS = IS_ALL ? [...DIGESTS, ...SUMS] : DIGESTS;

test("default: --as-of gives identical rows before and after all that happens to a lake", async () => {
  await using lab = await openAsOfLab({ ...SIZE, seed: 11 });
  const { at } = lab;
  // What was sent is noted last of all: this snapshot is the whole state.
  const snapshot = (await at.lake.catalog.load("deliveries"))?.metadata["current-snapshot-id"];
  await runCommand(["tag", "add", "before"], at.data);
  const [time, byId] = [new Date().toISOString(), `deliveries@${snapshot}`];
  const before = await answers(at.data, "before");
  expect(before.filter((each) => each.includes("\n")).length).toBeGreaterThan(10);
  const expectSame = async (data: string, asked: readonly string[]) => {
    for (const state of asked) expect(await answers(data, state), state).toEqual(before);
  };
  await expectSame(at.data, [byId]);
  await runCommand(["compact"], at.data);
  await expectSame(at.data, [time]);
  await lab.putLate();
  await at.ingest(SMALL_BATCHES);
  await runCommand(["compact"], at.data);
  await expectSame(at.data, IS_ALL ? [time, byId, "before"] : [time, "before"]);
  // Near miss: the newest state has other rows in every kind of table.
  const now = await answers(at.data, null);
  for (const index of [0, 1, 3, 7]) expect(now[index], DIGESTS[index]).not.toBe(before[index]);
  for (let round = 0; round < 2; round += 1) {
    await runCommand(["maintain"], at.data, FORGETFUL);
    for (const table of await at.lake.catalog.list()) {
      await removeOrphans(table, { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
    }
  }
  // Held by the tag, it still answers to its id; the time does not, since what came after it has expired.
  await expectSame(at.data, ["before"]);
  await expect(answers(at.data, time)).rejects.toMatchObject({ code: "query.snapshot-gone" });
  const moved = join(at.data, "..", "moved");
  await mkdir(moved);
  await rename(at.data, join(moved, "data"));
  await runCommand(["relocate"], join(moved, "data"));
  await expectSame(join(moved, "data"), ["before"]);
});

/** All answers as of a state, as they are printed. */
async function answers(data: string, asOf: string | null): Promise<readonly string[]> {
  const options = ["--format", "json", "--all-time", ...(asOf === null ? [] : ["--as-of", asOf])];
  const questions = [
    ...QUESTIONS.map((sql) => ["sql", ...options, sql]),
    ...SOME_SAVED.map((id) => ["query", ...options, id]),
  ];
  const found: string[] = [];
  for (const question of questions) found.push((await runCommand(question, data, {}, false)).output);
  return found;
}
