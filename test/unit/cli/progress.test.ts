import { expect, test } from "vitest";
import { ProgressDisplay, progressLine } from "../../../cli/progress.ts";
import type { Progress } from "../../../ingest/run.ts";

function progress(objects: number, sizeBytes: number): Progress {
  const totals = {
    objects,
    ingested: objects,
    duplicate: 0,
    skipped: 0,
    quarantined: 0,
    recordsIn: objects * 1_000,
    rowsKept: objects * 1_000,
    recordsRejected: 0,
    recordsDuplicate: 0,
    sizeBytes,
    inflatedBytes: sizeBytes * 10,
    derivedRows: 0,
  };
  return { totals, objectsToDo: 1_000, bytesToDo: 100_000_000 };
}

test("default: objects, rows, rates and the time that is left", () => {
  expect(progressLine(progress(250, 25_000_000), 10_000)).toBe(
    "250/1,000 objects  250,000 rows  25,000 rows/s  25 MB/s  ETA 0:30",
  );
  expect(progressLine(progress(10, 1_000_000), 10_000)).toContain("ETA 16:30");
});

test("behavior: nothing done, and nothing to do", () => {
  expect(progressLine(progress(0, 0), 0)).toBe("0/1,000 objects  0 rows  0 rows/s  0 MB/s  ETA 0:00");
  expect(progressLine({ ...progress(0, 0), bytesToDo: 0 }, 5)).toContain("ETA 0:00");
});

/** A stream that keeps what it gets, and a clock that stands at `at.ms`. */
function display(isTerminal: boolean, write?: () => Promise<void>) {
  const written: string[] = [];
  const at = { ms: 0 };
  const output = {
    isTerminal,
    columns: isTerminal ? 40 : null,
    write: write ?? (async (chunk: string | Uint8Array) => void written.push(String(chunk))),
  };
  const clock = { now: () => at.ms, sleep: async () => undefined };
  return { shown: new ProgressDisplay(output, clock), written, at };
}

test("behavior: on a terminal one line is rewritten, never wider than the window, and taken away in the end", async () => {
  const { shown, written } = display(true);
  shown.show(progress(250, 25_000_000));
  shown.show(progress(500, 50_000_000));
  await shown.end();
  expect(written).toHaveLength(3);
  for (const text of written) expect(text.startsWith("\r\u001b[2K")).toBe(true);
  expect(written[0]?.slice(5)).toHaveLength(39);
  expect(written[2]).toBe("\r\u001b[2K");
});

test("behavior: elsewhere a plain line comes every ten seconds", async () => {
  const { shown, written, at } = display(false);
  for (at.ms = 0; at.ms <= 30_000; at.ms += 1_000) shown.show(progress(250, 25_000_000));
  await shown.end();
  expect(written).toHaveLength(3);
  for (const line of written) expect(line).toMatch(/^250\/1,000 objects {2}.*\n$/);
});

test("behavior: a reader that has gone does not stop the work", async () => {
  const { shown } = display(true, () => Promise.reject(new Error("gone")));
  shown.show(progress(1, 1));
  await expect(shown.end()).resolves.toBeUndefined();
});
