import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLocalSpool } from "../../../adapters/local-spool.ts";
import { nodeInflater } from "../../../adapters/node-inflater.ts";
import type { Spool } from "../../../core/spool.ts";
import { gatherBatches } from "../../../ingest/gather-batches.ts";
import { KnownObjects } from "../../../ingest/known-objects.ts";
import { planObjects } from "../../../ingest/plan-objects.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import type { Batch } from "../../../ingest/stage-batch.ts";
import { collect } from "../../support/collect.ts";
import { trailEvent, trailKey, trailObject } from "../../support/ingest-folder.ts";
import { memoryObjectStore } from "../../support/memory-object-store.ts";

const BATCH_BYTES = 20_000;
const LIMITS = {
  maxInflatedBytes: 1_000_000,
  alwaysInflatedBytes: 1_000_000,
  maxInflateRatio: 100,
  batchBytes: BATCH_BYTES,
  batchesAtOnce: 2,
  batchObjects: 100,
  largeObjectBytes: 1_000_000,
  readAhead: 2,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "logkeep-test-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test("behavior: batches that wait for each other never fill the memory: beyond its room they go to the disk", async () => {
  const batches = await gather(capped(4 * BATCH_BYTES));
  const where = batches.map(({ folder }) => folder.path.startsWith(join(root, "disk")));
  expect(new Set(where)).toEqual(new Set([false, true]));
  expect(batches.flatMap(({ content }) => content?.objects ?? [])).toHaveLength(40);
});

test("default: with room enough all batches lie in memory", async () => {
  const batches = await gather(capped(100 * BATCH_BYTES));
  expect(batches.length).toBeGreaterThan(5);
  expect(batches.filter(({ folder }) => folder.path.startsWith(join(root, "disk")))).toEqual([]);
});

/** All batches of 40 objects of 4 KB; none is worked on, so all that is gathered stays. */
async function gather(spool: Spool): Promise<readonly Batch[]> {
  const object = (index: number) => trailObject(...Array.from({ length: 6 }, (_, at) => trailEvent(`${index}-${at}`)));
  const store = memoryObjectStore(
    new Map(Array.from({ length: 40 }, (_, index) => [trailKey(`n${index}`), object(index)])),
  );
  const diskSpool = createLocalSpool({ dataFolder: join(root, "disk"), memoryFolder: null });
  const ports = { store, inflater: nodeInflater(), spool, diskSpool };
  const objects = planObjects(await collect(store.list()), SOURCES);
  return collect(gatherBatches(objects, SOURCES, new KnownObjects(SOURCES), LIMITS, ports));
}

/** A spool that refuses more than `capBytes`, as one in memory does. */
function capped(capBytes: number): Spool {
  const spool = createLocalSpool({ dataFolder: join(root, "memory"), memoryFolder: null });
  let held = 0;
  return {
    ...spool,
    freeBytes: () => capBytes - held,
    createFolder() {
      const folder = spool.createFolder();
      return {
        ...folder,
        create(name) {
          const file = folder.create(name);
          const write = (bytes: Uint8Array): void => {
            held += bytes.byteLength;
            if (held > capBytes) throw new Error("the memory is full");
            file.write(bytes);
          };
          return { ...file, write };
        },
      };
    },
  };
}
