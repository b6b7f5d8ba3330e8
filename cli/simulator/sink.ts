import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { usageError } from "../../core/errors.ts";

/**
 * Where the simulated bucket is written. Keys are S3 keys, `/` between parts, never URL-encoded; each is written once.
 * Writes may run side by side; the order of keys is not that of time.
 */
export interface SimulationSink {
  write(key: string, bytes: Uint8Array): Promise<void>;
}

/** Writes each object as a file below a folder. A key that ends in `/` (a folder marker) becomes a folder. */
export function openFolderSink(folder: string): SimulationSink {
  const made = new Set<string>();
  const ensureFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true });
    made.add(path);
  };
  return {
    async write(key, bytes) {
      const path = join(folder, ...key.split("/"));
      if (key.endsWith("/")) return ensureFolder(path);
      await ensureFolder(dirname(path));
      await writeFile(path, bytes);
    },
  };
}

/** Lets at most `perSecond` objects through, evenly, from the first on. A signal ends the waiting with its reason. */
export function pacedSink(sink: SimulationSink, perSecond: number, clock: Clock, signal: AbortSignal): SimulationSink {
  let count = 0;
  let startMs: number | null = null;
  return {
    async write(key, bytes) {
      startMs ??= clock.now();
      const dueMs = startMs + (count * 1000) / perSecond;
      count += 1;
      const waitMs = dueMs - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      await sink.write(key, bytes);
    },
  };
}

/**
 * Makes sure that a run starts from nothing: objects of an earlier run would belie the truth file.
 * @throws LogkeepError `cli.usage` when the folder holds something.
 */
export async function requireEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [first] = await readdir(folder);
  if (first !== undefined)
    throw usageError("the output folder is not empty", "name a new folder, or empty this one first", { folder });
}

/** Keeps each object in memory, for tests. */
export function openMemorySink(): SimulationSink & { readonly objects: ReadonlyMap<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    async write(key, bytes) {
      objects.set(key, bytes);
    },
  };
}
