import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropAbandoned, listIntents, recoverIntents, writeIntent } from "../../../ingest/intent.ts";
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

test("behavior: an intent is abandoned after a day, not sooner", async () => {
  await using at = await temporaryLake();
  const basis = { ledger: 0, table: null };
  await writeIntent(
    { batch: "young", basis, commits: [{ tableId: "ledger", files: [] }], properties: {} },
    at.lake.store,
  );
  const names = async () => (await collect(listIntents(at.lake.store))).map(({ batch }) => batch);
  const inHours = (hours: number) => ({
    ...at.lake,
    clock: { ...at.lake.clock, now: () => Date.now() + hours * 3_600_000 },
  });
  expect(await dropAbandoned(inHours(23))).toEqual([]);
  expect(await names()).toEqual(["young"]);
  expect(await dropAbandoned(inHours(25))).toEqual(["young"]);
  expect(await names()).toEqual([]);
});
