import { expect, test } from "vitest";
import { compactionLine, compactionProgress, compactionProgressLine } from "../../../cli/compaction-progress.ts";
import { ProgressDisplay } from "../../../cli/progress.ts";

const PROGRESS = { table: "cloudtrail", filesDone: 2000, filesPlanned: 10_000, rowsDone: 1_234_567 };

test("default: files and rows, then what became of them", () => {
  expect(compactionProgressLine(PROGRESS)).toBe("cloudtrail: 2,000/10,000 files  1,234,567 rows");
  const result = { tasks: 2, filesBefore: 20, filesAfter: 3, rows: 400, conflicts: 0 };
  expect(compactionLine(result)).toBe("20 files became 3 (by day and account), 400 rows");
  expect(compactionLine({ ...result, conflicts: 1 })).toContain("1 tasks left to another writer");
});

test("behavior: a live line on a terminal, now and then a line elsewhere", async () => {
  for (const isTerminal of [true, false]) {
    let text = "";
    let nowMs = 0;
    const write = async (chunk: string | Uint8Array) => {
      text += String(chunk);
    };
    const clock = { now: () => nowMs, sleep: async () => {} };
    const display = new ProgressDisplay({ isTerminal, columns: 200, write }, clock);
    const { show } = compactionProgress(display);
    for (; nowMs < 25_000; nowMs += 1000) show(PROGRESS);
    await display.end();
    const line = compactionProgressLine(PROGRESS);
    expect(text.split(line).length - 1).toBe(isTerminal ? 25 : 2);
    expect(text.endsWith(isTerminal ? "\r\x1b[2K" : `${line}\n`)).toBe(true);
  }
});
