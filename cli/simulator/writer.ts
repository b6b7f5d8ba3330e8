import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { SimulationSink } from "./sink.ts";

const compress = promisify(gzip);
/** Objects that are compressed and written side by side: enough to keep two cores busy, few enough to stay small. */
const MAX_IN_FLIGHT = 4;

/** Writes objects with a few in flight. */
export interface ObjectWriter {
  /** Compresses each member on its own and writes them as one object. Resolves when there is room for the next. */
  readonly writeGzip: (key: string, members: readonly Uint8Array[]) => Promise<void>;
  readonly writePlain: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Resolves when everything is written; rejects with the first failure. */
  readonly finish: () => Promise<void>;
  readonly totals: () => { readonly objects: number; readonly bytes: number; readonly inflatedBytes: number };
}

/** Opens a writer over a sink: a bounded number of objects at a time, every byte a function of the content. */
export function openWriter(sink: SimulationSink): ObjectWriter {
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [objects, bytes, inflatedBytes] = [0, 0, 0];
  const start = async (work: () => Promise<void>): Promise<void> => {
    if (failures.length > 0) throw failures[0];
    const running = work()
      .catch((failure: unknown) => void failures.push(failure))
      .finally(() => inFlight.delete(running));
    inFlight.add(running);
    while (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
  };
  const put = async (key: string, content: Uint8Array): Promise<void> => {
    objects += 1;
    bytes += content.length;
    await sink.write(key, content);
  };
  return {
    writeGzip: (key, members) =>
      start(async () => {
        for (const member of members) inflatedBytes += member.length;
        await put(key, Buffer.concat(await Promise.all(members.map(compressMember))));
      }),
    writePlain: (key, content) => start(() => put(key, content)),
    finish: async () => {
      await Promise.all(inFlight);
      if (failures.length > 0) throw failures[0];
    },
    totals: () => ({ objects, bytes, inflatedBytes }),
  };
}

/** Hexadecimal SHA-256. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

async function compressMember(content: Uint8Array): Promise<Uint8Array> {
  const member = await compress(content, { level: constants.Z_DEFAULT_COMPRESSION });
  // The header's ninth byte names the operating system; everything else in it is fixed (RFC 1952, section 2.3).
  member[9] = 255;
  return member;
}
