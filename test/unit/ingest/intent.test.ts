import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recoverIntents } from "../../../ingest/intent.ts";
import { collect } from "../../support/collect.ts";
import { temporaryLake } from "../../support/temporary-lake.ts";

test("behavior: what a kill left of an intent is removed when the next run starts", async () => {
  await using at = await temporaryLake();
  await at.lake.store.ensureFolder("intents");
  await writeFile(join(at.lake.store.localPath("intents"), ".tmp-0123456789abcdef-1-1"), '{"batch":"half');
  expect(await collect(at.lake.store.list("intents"))).toHaveLength(1);
  expect(await recoverIntents(at.lake, () => undefined)).toEqual({ finished: [], undone: [] });
  expect(await collect(at.lake.store.list("intents"))).toEqual([]);
});
