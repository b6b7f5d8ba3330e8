import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseSimulationOptions } from "../../../cli/simulator/options.ts";
import { simulate } from "../../../cli/simulator/simulate.ts";
import { openFolderSink, openMemorySink, pacedSink, requireEmptyFolder } from "../../../cli/simulator/sink.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { runSimulation } from "../../support/simulation.ts";

describe("folder sink", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "simulation-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("behavior: a folder holds what memory does; markers are folders", async () => {
    const given = { accounts: 2, days: 1, eventsPerDay: 300, seed: 9 };
    await simulate(parseSimulationOptions(given), openFolderSink(folder));
    const expected = await runSimulation(given);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBe([...expected.objects.keys()].filter((key) => !key.endsWith("/")).length);
    for (const [key, bytes] of expected.objects) {
      if (!key.endsWith("/")) expect(await readFile(join(folder, key))).toEqual(Buffer.from(bytes));
    }
  });

  test("default: an empty or absent folder will do", async () => {
    await requireEmptyFolder(folder);
    await requireEmptyFolder(join(folder, "new", "one"));
  });

  test("error: a folder that holds something", async () => {
    await writeFile(join(folder, "old.json.gz"), "");
    await expect(requireEmptyFolder(folder)).rejects.toMatchObject({ code: "cli.usage" });
  });
});

describe("paced sink", () => {
  test("default: so many a second, evenly, however they are written", async () => {
    const clock = manualClock();
    const memory = openMemorySink();
    const sink = pacedSink(memory, 4, clock, new AbortController().signal);
    const writing = Promise.all(Array.from({ length: 10 }, (_, at) => sink.write(`${at}`, new Uint8Array())));
    const counts: number[] = [];
    for (let step = 0; step < 6; step += 1) {
      await clock.advance(step === 0 ? 0 : 500);
      counts.push(memory.objects.size);
    }
    expect(counts).toEqual([1, 3, 5, 7, 9, 10]);
    await writing;
  });

  test("behavior: a signal ends the waiting", async () => {
    const clock = manualClock();
    const stopping = new AbortController();
    const sink = pacedSink(openMemorySink(), 1, clock, stopping.signal);
    await sink.write("a", new Uint8Array());
    const second = sink.write("b", new Uint8Array());
    stopping.abort(new Error("stop"));
    await expect(second).rejects.toThrow("stop");
  });
});
