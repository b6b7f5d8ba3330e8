/** A round of objects beside another writer that is faster with some of them, and objects that cannot be read for now. */

import { readdirSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { loadInflater } from "../../adapters/inflater.ts";
import { createLocalSpool } from "../../adapters/local-spool.ts";
import { objectError } from "../../adapters/object-errors.ts";
import { memorySeenStore } from "../../core/memory-seen-store.ts";
import type { ObjectRef } from "../../core/object-store.ts";
import { prepareEngines } from "../../ingest/ingest-batches.ts";
import { type BesidePorts, ingestBeside } from "../../ingest/ingest-beside.ts";
import { closed } from "../../ingest/open-object.ts";
import { routeKey } from "../../ingest/route.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { flowKey, queryLake, trailEvent, trailKey, trailObject } from "../support/ingest-folder.ts";
import { memoryObjectStore } from "../support/memory-object-store.ts";
import { type TemporaryLake, temporaryLake } from "../support/temporary-lake.ts";

const LIMITS = {
  maxInflatedBytes: 2 ** 30,
  alwaysInflatedBytes: 2 ** 30,
  maxInflateRatio: 100,
  batchBytes: 2 ** 24,
  batchesAtOnce: 1,
  batchObjects: 2,
  largeObjectBytes: 2 ** 23,
  readAhead: 4,
};
const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action";

/** A flow log's object with one record. */
function flowObject(port: number): Buffer {
  const record = `2 111122223333 eni-0a1b2c3d 192.0.2.1 198.51.100.2 ${port} 443 6 1 60 1767571200 1767571260 ACCEPT`;
  return gzipSync(`${HEADER}\n${record}\n`);
}

async function openWriter(name: string, at: TemporaryLake, objects: ReadonlyMap<string, Uint8Array>) {
  const engine = await openTestEngine();
  const ownEngine = await openTestEngine();
  await prepareEngines(SOURCES, [engine]);
  let stagings = 0;
  const ports: BesidePorts = {
    engines: [engine],
    ownEngine,
    lake: at.lake,
    inflater: await loadInflater(),
    spool: createLocalSpool({ dataFolder: join(at.folder, name), memoryFolder: null }),
    diskSpool: createLocalSpool({ dataFolder: join(at.folder, name), memoryFolder: null }),
    observer: { observe: async () => [] },
    store: memoryObjectStore(objects),
    seen: memorySeenStore(),
    onStep: () => undefined,
    nameStaging: (batch) => {
      stagings += 1;
      return `${batch}-${name}-${stagings}`;
    },
  };
  return {
    ports,
    ingest: (refs: readonly ObjectRef[], over: Partial<BesidePorts> = {}) =>
      ingestBeside(refs, [], SOURCES, LIMITS, { ...ports, ...over }),
    [Symbol.asyncDispose]: async () => {
      engine.close();
      ownEngine.close();
    },
  };
}

test("behavior: what a batch would have made known is not known when others were faster", async () => {
  await using at = await temporaryLake();
  const bytes = flowObject(1);
  // The first and the last are the same delivery; the second one is why the first batch is given up.
  const objects = new Map([
    [flowKey("first"), bytes],
    [flowKey("other"), flowObject(2)],
    [flowKey("same"), bytes],
  ]);
  await using writer = await openWriter("one", at, objects);
  await using faster = await openWriter("two", at, objects);
  const refs = await collect(memoryObjectStore(objects).list());
  let isFirst = true;
  const observer: BesidePorts["observer"] = {
    observe: async () => {
      if (isFirst) {
        isFirst = false;
        await faster.ingest(refs.filter(({ key }) => key === flowKey("other")));
      }
      return [];
    },
  };
  const { outdated } = await writer.ingest(refs, { observer });
  expect(outdated).toBeGreaterThan(0);
  const rows = await queryLake("SELECT src_endpoint.port::INT AS port FROM <vpc_flow> ORDER BY 1", at.lake, at.engine);
  expect(rows).toEqual([{ port: 1 }, { port: 2 }]);
  const states = "SELECT state, count(*)::INT AS n FROM <ledger> GROUP BY ALL ORDER BY 1";
  expect(await queryLake(states, at.lake, at.engine)).toEqual([
    { state: "duplicate", n: 1 },
    { state: "ingested", n: 2 },
  ]);
});

test("behavior: of two versions of an object that cannot be read, both are unread", async () => {
  await using at = await temporaryLake();
  await using writer = await openWriter("one", at, new Map());
  const key = trailKey("twice");
  const refs = ["v1", "v2"].map((version) => ({ uri: `memory:///${key}`, key, sizeBytes: 100, version }));
  const store: BesidePorts["store"] = {
    ...writer.ports.store,
    read: async ({ uri }) => {
      throw objectError("unreadable", { uri });
    },
  };
  const versionsOf = (unread: readonly ObjectRef[]) => unread.map(({ version }) => version).sort();
  expect(versionsOf((await writer.ingest(refs, { store })).unread)).toEqual(["v1", "v2"]);
  // The ledger says so already, and needs no second row.
  expect(versionsOf((await writer.ingest(refs, { store })).unread)).toEqual(["v1", "v2"]);
});

test("behavior: of two versions of an object, the one that was read is not unread", async () => {
  await using at = await temporaryLake();
  const key = trailKey("twice");
  const objects = new Map([[key, trailObject(trailEvent("a-1"))]]);
  await using writer = await openWriter("one", at, objects);
  const young = await collect(memoryObjectStore(objects).list());
  const old = young.map((ref) => ({ ...ref, version: "v1" }));
  const { unread } = await writer.ingest([...old, ...young]);
  expect(unread).toEqual(old);
});

test("behavior: a round that fails leaves nothing inflated behind", async () => {
  await using at = await temporaryLake();
  const objects = new Map<string, Uint8Array>();
  for (let index = 0; index < 9; index += 1) {
    objects.set(flowKey(`o${index}`), flowObject(index));
    objects.set(trailKey(`o${index}`), trailObject(trailEvent(`e-${index}`)));
  }
  await using writer = await openWriter("one", at, objects);
  const refs = await collect(memoryObjectStore(objects).list());
  const fails = (isFailing: (batches: number) => boolean): BesidePorts["observer"] => {
    let batches = 0;
    return {
      observe: async () => {
        batches += 1;
        if (isFailing(batches)) throw new TypeError("a fault of ours");
        return [];
      },
    };
  };
  for (const failing of [1, 2, 4]) {
    await expect(writer.ingest(refs, { observer: fails((batches) => batches === failing) })).rejects.toThrow(TypeError);
    expect(await readdir(join(at.folder, "one", "spool")), `at batch ${failing}`).toEqual([]);
  }
  // What is opened when reading ends is in no batch yet.
  const read: BesidePorts["store"]["read"] = async (ref, signal) => {
    if (ref.key === flowKey("o8")) throw new TypeError("a fault of ours");
    return writer.ports.store.read(ref, signal);
  };
  await expect(writer.ingest(refs, { store: { ...writer.ports.store, read } })).rejects.toThrow(TypeError);
  expect(await readdir(join(at.folder, "one", "spool"))).toEqual([]);
});

test("behavior: an index that is ahead of the ledger is of another past, and is made anew", async () => {
  await using at = await temporaryLake();
  const objects = new Map([
    [trailKey("one"), trailObject(trailEvent("a-1"))],
    [trailKey("two"), trailObject(trailEvent("a-2"))],
  ]);
  await using writer = await openWriter("one", at, objects);
  const [one, two] = await collect(memoryObjectStore(objects).list());
  if (one === undefined || two === undefined) throw new Error("two objects were put");
  await writer.ingest([one]);
  const ledger = await at.lake.catalog.load("ledger");
  const version = `${two.uri}\0${two.version}`;
  // As after the lake was restored from a copy that is older than what the index has seen.
  await writer.ports.seen.append(ledger?.metadata["table-uuid"] ?? "", 1, 100, [
    { version, reason: null, isFinal: true, content: null },
  ]);
  await writer.ingest([two]);
  const rows = await queryLake("SELECT metadata.uid AS id FROM <cloudtrail> ORDER BY 1", at.lake, at.engine);
  expect(rows).toEqual([{ id: "a-1" }, { id: "a-2" }]);
});

test("behavior: an intent that somebody dropped before its first commit is no batch that is committed", async () => {
  await using at = await temporaryLake();
  const objects = new Map([[trailKey("one"), trailObject(trailEvent("a-1"))]]);
  await using writer = await openWriter("one", at, objects);
  const refs = await collect(memoryObjectStore(objects).list());
  let isFirst = true;
  const onStep = (step: string) => {
    if (step !== "commit.intent-written" || !isFirst) return;
    isFirst = false;
    const folder = join(at.folder, "lake", "intents");
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  };
  await writer.ingest(refs, { onStep });
  expect(isFirst).toBe(false);
  expect(await queryLake("SELECT metadata.uid AS id FROM <cloudtrail>", at.lake, at.engine)).toEqual([{ id: "a-1" }]);
});

test("behavior: an object that is gone for one writer while another one commits it is decided once", async () => {
  await using at = await temporaryLake();
  const objects = new Map([[trailKey("one"), trailObject(trailEvent("a-1"))]]);
  await using writer = await openWriter("one", at, objects);
  await using other = await openWriter("two", at, objects);
  const refs = await collect(memoryObjectStore(objects).list());
  const gone = refs.map((ref) =>
    closed({ ref, route: routeKey(ref.key, SOURCES) }, null, "quarantined", "object.gone", "it was deleted"),
  );
  let isFirst = true;
  const catalog: typeof at.lake.catalog = {
    ...at.lake.catalog,
    // All has been compared by now: the last instant at which another writer may come between.
    commit: async (expected, metadata) => {
      if (isFirst && expected.id === "cloudtrail") {
        isFirst = false;
        await ingestBeside([], gone, SOURCES, LIMITS, other.ports);
      }
      return at.lake.catalog.commit(expected, metadata);
    },
  };
  await writer.ingest(refs, { lake: { ...at.lake, catalog } });
  expect(isFirst).toBe(false);
  expect(await queryLake("SELECT reason FROM <ledger>", at.lake, at.engine)).toEqual([{ reason: "object.gone" }]);
  expect(await queryLake("SELECT metadata.uid AS id FROM <cloudtrail>", at.lake, at.engine)).toEqual([]);
});
