/** An ingest that is told to stop while it stages its last batches: it ends at once, and the next run goes on. */
import { expect, test } from "vitest";
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openObjectStore } from "../../cli/wire.ts";
import { LogkeepError } from "../../core/errors.ts";
import { collect } from "../support/collect.ts";
import { ingestFolder, quietContext, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";

const OBJECTS = 6;

test("behavior: stopped while the last batches are staged, nothing more of them is written", async () => {
  await using at = await ingestFolder();
  for (let index = 0; index < OBJECTS; index += 1) {
    const events = Array.from({ length: 200 }, (_, each) => trailEvent(`event-${index}-${each}`));
    await at.put(trailKey(`object${index}`), trailObject(...events));
  }
  const settings = { LOGKEEP_INGEST_BATCH_OBJECTS: "1" };
  const stopping = new AbortController();
  const stopped = new LogkeepError({ code: "cli.stopped", message: "stopped before the end", retry: "later" });
  let staged = 0;
  const context = { ...quietContext(at.data, settings, () => undefined), signal: stopping.signal };
  const run = ingestSources([await openObjectStore(at.logs, null)], context, (step) => {
    if (step === "stage.files-written") staged += 1;
    // All that is left is in work by now: the loop takes nothing more, and waits.
    if (step === "commit.intent-removed" && staged === OBJECTS - 2) stopping.abort(stopped);
  });
  await expect(run).rejects.toBe(stopped);
  expect(staged).toBe(OBJECTS - 2);
  const files = (await collect(at.lake.store.list("cloudtrail/data"))).map(({ path }) => path);
  expect(files).toHaveLength(OBJECTS - 2);
  expect(await at.query("SELECT count(*)::INT AS n FROM <cloudtrail>")).toEqual([{ n: (OBJECTS - 2) * 200 }]);
  await at.ingest(settings);
  expect(await at.query("SELECT count(*)::INT AS n FROM <cloudtrail>")).toEqual([{ n: OBJECTS * 200 }]);
});
