/**
 * A worker beside others: `node beside-worker.ts LAKE FOLDER LOGS SEED [STEP]`. Ingests all objects of the logs, in an
 * order of its own and in small pieces, some of them twice, into a lake that other processes write too. At the step,
 * given as in `commit.before-ledger#2` (its second time), it kills itself as the kernel would. Prints its sums as JSON.
 */
import { localLakeStore } from "../../adapters/local-lake-store.ts";
import { openClock, openEngine, openIngest, openIngestEngines, openObjectStore } from "../../cli/wire.ts";
import { resolveConfig } from "../../core/config.ts";
import { memorySeenStore } from "../../core/memory-seen-store.ts";
import { prepareEngines } from "../../ingest/ingest-batches.ts";
import { ingestBeside } from "../../ingest/ingest-beside.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { collect } from "./collect.ts";
import { randomFrom } from "./random.ts";

const [lakeFolder = "", folder = "", logs = "", seed = "1", fatal = ""] = process.argv.slice(2);
const OBJECTS_AT_ONCE = 40;

const config = resolveConfig({ LOGKEEP_ENGINE_THREADS: "2", LOGKEEP_INGEST_BATCH_MB: "1" }, folder);
const clock = openClock();
const lakeStore = localLakeStore(lakeFolder);
const lake = { store: lakeStore, catalog: fileCatalog(lakeStore), clock };
const engines = await openIngestEngines(config);
await prepareEngines(SOURCES, engines);
const store = await openObjectStore(logs, null);
const times = new Map<string, number>();
const onStep = (step: string): void => {
  const count = (times.get(step) ?? 0) + 1;
  times.set(step, count);
  if (`${step}#${count}` === fatal) process.kill(process.pid, "SIGKILL");
};
let names = 0;
const ports = {
  ...(await openIngest(config, engines, lake)),
  store,
  onStep,
  seen: memorySeenStore(),
  ownEngine: await openEngine(config),
  nameStaging: (batch: string) => {
    names += 1;
    return `${batch}-${process.pid.toString(36)}-${names}`;
  },
};
const limits = {
  maxInflatedBytes: 2 ** 30,
  alwaysInflatedBytes: 2 ** 30,
  maxInflateRatio: 100,
  batchBytes: 2 ** 20,
  batchesAtOnce: engines.length,
  batchObjects: 15,
  largeObjectBytes: 2 ** 23,
  readAhead: 4,
};
const random = randomFrom(Number(seed));
const refs = (await collect(store.list())).map((ref) => ({ ref, at: random() }));
const order = refs.toSorted((left, right) => left.at - right.at).map(({ ref }) => ref);
const sums = { rowsKept: 0, objects: 0, outdated: 0, alreadyDecided: 0, batches: 0 };
for (let from = 0; from < order.length; from += OBJECTS_AT_ONCE) {
  const some = order.slice(from, from + OBJECTS_AT_ONCE);
  for (const again of random() < 0.2 ? [true, false] : [false]) {
    const { totals, outdated, alreadyDecided, batches } = await ingestBeside(some, [], SOURCES, limits, ports);
    sums.rowsKept += totals.rowsKept;
    sums.objects += totals.objects;
    sums.outdated += outdated;
    sums.alreadyDecided += again ? 0 : alreadyDecided;
    sums.batches += batches;
  }
}
process.stdout.write(`${JSON.stringify(sums)}\n`);
for (const engine of [...engines, ports.ownEngine]) engine.close();
