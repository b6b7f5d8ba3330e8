/**
 * What runs of ingest have before them, beside the tables: a file for each run that has begun and not ended. A run that
 * died leaves its file, so that answers go on saying that objects wait, until a run over the same place has read them.
 */
import { createHash } from "node:crypto";
import { isLogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { ListedObjects } from "../core/listed-objects.ts";
import { corruptFile } from "./errors.ts";

const FOLDER = "ingest-runs";

/** A run over some place. */
export interface IngestRun {
  /** Milliseconds since 1970. What the ledger decided from then on is no longer before it. */
  readonly startedAtMs: number;
  /** What all listed addresses start with. */
  readonly place: string;
  readonly listed: readonly ListedObjects[];
}

/** Makes known what a run will read. Runs over the same place, or a part of it, that have not ended are taken over. */
export async function beginRun(run: IngestRun, store: LakeStore): Promise<void> {
  for await (const { path } of store.list(FOLDER)) {
    // Killed while it was written.
    if (!path.endsWith(".json")) await store.remove(path);
  }
  for (const { path, run: before } of await readFiles(store)) {
    // Where nothing was listed there is no place, and all others would be parts of it.
    if (run.place !== "" && before.place.startsWith(run.place)) await store.remove(path);
  }
  if (run.listed.length > 0) await store.replace(pathOf(run), Buffer.from(`${JSON.stringify(run)}\n`));
}

/** Forgets a run that has read all that it listed. */
export async function endRun(run: IngestRun, store: LakeStore): Promise<void> {
  await store.remove(pathOf(run));
}

/** The runs that have begun and not ended. Throws `lake.corrupt-metadata`. */
export async function readRuns(store: LakeStore): Promise<readonly IngestRun[]> {
  return (await readFiles(store)).map(({ run }) => run);
}

async function readFiles(store: LakeStore): Promise<readonly { readonly path: string; readonly run: IngestRun }[]> {
  const found: { readonly path: string; readonly run: IngestRun }[] = [];
  for await (const { path } of store.list(FOLDER)) {
    if (!path.endsWith(".json")) continue;
    try {
      found.push({ path, run: decodeRun(path, await store.read(path)) });
    } catch (cause) {
      // It ended since it was listed.
      if (!isLogkeepError(cause, "lake.file-missing")) throw cause;
    }
  }
  return found;
}

function decodeRun(path: string, bytes: Uint8Array): IngestRun {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw corruptFile(path, "not JSON", cause);
  }
  // Only `beginRun` writes here, whole or not at all; the check is against other versions of the program.
  const run = parsed as IngestRun;
  if (typeof run?.startedAtMs !== "number" || typeof run.place !== "string" || !Array.isArray(run.listed)) {
    throw corruptFile(path, "no run of ingest");
  }
  return run;
}

/** One name for a place: a run over it takes the place of the one before. */
function pathOf({ place }: IngestRun): string {
  return `${FOLDER}/${createHash("sha256").update(place).digest("hex").slice(0, 32)}.json`;
}
