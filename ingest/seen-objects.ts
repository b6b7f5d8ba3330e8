/**
 * What is known of objects where many workers share a lake: an index over the ledger, kept up to date by whoever
 * commits, made anew from the ledger by whoever finds it lost. What it says is as of a sequence number of the ledger; a
 * commit is checked against all that came after.
 */
import { createHash } from "node:crypto";
import { LogkeepError } from "../core/errors.ts";
import type { ObjectRef } from "../core/object-store.ts";
import type { SeenAnswer, SeenObject, SeenStore } from "../core/seen-store.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import { filesSince, sequenceNumberOf } from "../lake/files-since.ts";
import type { LiveFile } from "../lake/model.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot, liveFiles } from "../lake/snapshot.ts";
import {
  contentKey,
  contentOf,
  isFinal,
  KNOWN_COLUMNS,
  type Known,
  KnownObjects,
  versionKey,
} from "./known-objects.ts";
import type { Batch } from "./stage-batch.ts";

// More is added in several steps, which is what making it anew does.
const MOST_APPENDED = 50_000;
const ROUNDS = 20;

/** What the index is made of and read by. */
export interface SeenPorts {
  readonly store: SeenStore;
  readonly lake: Lake;
  readonly engine: SqlEngine;
  readonly sources: readonly Source[];
}

/** What the ledger says of these objects. Contents are not known before they are asked for. */
export async function lookUpObjects(refs: readonly ObjectRef[], ports: SeenPorts): Promise<KnownObjects> {
  const keys = refs.map(({ uri, version }) => versionKey(uri, version));
  const { sequence, reasons } = await lookUp(keys, [], ports);
  const known = new KnownObjects(ports.sources, sequence);
  for (const [index, key] of keys.entries()) {
    const reason = reasons[index];
    if (reason !== undefined) known.addVersion(key, reason);
  }
  return known;
}

/** Adds what the ledger says of a batch's contents to what is known. */
export async function lookUpContents({ content }: Batch, known: KnownObjects, ports: SeenPorts): Promise<void> {
  const keys = (content?.objects ?? []).map(({ source, sha256, ref }) => contentKey(source, sha256, ref.uri));
  if (keys.length === 0) return;
  const { sequence, records } = await lookUp([], keys, ports);
  // An index that has fallen back since the objects were looked up: known is what the older state holds.
  known.ledgerSequence = Math.min(known.ledgerSequence, sequence);
  for (const [index, key] of keys.entries()) {
    const count = records[index];
    if (count !== undefined) known.addContent(key, count);
  }
}

async function lookUp(versions: readonly string[], contents: readonly string[], ports: SeenPorts): Promise<SeenAnswer> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ledger = await ports.lake.catalog.load("ledger");
    if (ledger === null) return { sequence: 0, reasons: [], records: [] };
    const answer = await ports.store.lookUp(nameOf(ledger), versions, contents);
    if (answer !== null && !(await isAhead(answer.sequence, ledger, ports.lake))) return answer;
    await catchUp(ports);
  }
  throw unstable();
}

/** Brings the index to where the ledger is. */
export async function catchUp(ports: SeenPorts): Promise<void> {
  const { store, lake } = ports;
  for (let round = 0; round < ROUNDS; round += 1) {
    const ledger = await lake.catalog.load("ledger");
    if (ledger === null) return;
    const name = nameOf(ledger);
    const to = sequenceNumberOf(ledger);
    const from = await store.position(name);
    const isOther = from !== null && (await isAhead(from, ledger, lake));
    if (from !== null && from >= to && !isOther) return;
    const added = from === null || isOther ? [] : await filesSince(ledger, from, {}, lake.store);
    if (from === null || isOther || added.reduce((sum, file) => sum + file.rowCount, 0) > MOST_APPENDED) {
      const all = await liveFiles(ledger, currentSnapshot(ledger), lake.store);
      if (await store.rebuild(name, to, readObjects(ledger, all, ports))) return;
      continue;
    }
    const objects: SeenObject[] = [];
    for await (const some of readObjects(ledger, added, ports)) objects.push(...some);
    if (await store.append(name, from, to, objects)) return;
  }
  throw unstable();
}

/** A copy of a lake has the same UUIDs, and goes its own way. */
function nameOf({ metadata }: Table): string {
  const place = createHash("sha256").update(metadata.location).digest("hex").slice(0, 12);
  return `${metadata["table-uuid"]}-${place}`;
}

/**
 * Whether an index knows more than the ledger has: the lake was restored from an older copy, and what the index holds of
 * the time after it is in no table. Another worker may have committed since the ledger was loaded; so it is looked at again.
 */
async function isAhead(position: number, ledger: Table, lake: Lake): Promise<boolean> {
  if (position <= sequenceNumberOf(ledger)) return false;
  const newest = await lake.catalog.load(ledger.id);
  return newest === null || position > sequenceNumberOf(newest);
}

async function* readObjects(
  ledger: Table,
  files: readonly LiveFile[],
  { engine, lake, sources }: SeenPorts,
): AsyncGenerator<readonly SeenObject[]> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  // A connection of its own: another statement on the same one would end the stream.
  const own = await engine.connect();
  try {
    const rows = await own.stream(`SELECT ${KNOWN_COLUMNS} FROM ${await scanRelation(ledger, files, lake.store)}`);
    let read = 0;
    for await (const chunk of rows.chunks) {
      read += chunk.length;
      // The columns are the ledger's own; only our commits write them.
      yield chunk.map((row) => seenObject(row as unknown as Known, byId));
    }
    const expected = files.reduce((sum, file) => sum + file.rowCount, 0);
    if (read !== expected) {
      throw new LogkeepError({
        code: "index.ledger-cut",
        message: "the ledger was not read whole",
        facts: { read, expected },
        retry: "later",
      });
    }
  } finally {
    own.close();
  }
}

function seenObject(row: Known, sources: ReadonlyMap<string, Source>): SeenObject {
  const key = contentOf(row, sources);
  return {
    version: versionKey(row.object, row.object_version),
    reason: row.reason,
    isFinal: isFinal(row.reason),
    content: key === null ? null : { key, records: row.records_in ?? 0 },
  };
}

function unstable(): LogkeepError {
  return new LogkeepError({
    code: "index.unstable",
    message: "the index of seen objects was lost each time it had been made",
    retry: "later",
    hint: "check that the Redis server keeps its data: maxmemory-policy noeviction, and nobody who flushes it",
  });
}
