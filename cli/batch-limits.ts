import type { Config } from "../core/config.ts";
import type { BatchLimits } from "../ingest/gather-batches.ts";

/** One object may inflate to this much: eight times the largest Config snapshot seen. */
const MAX_INFLATED_BYTES = 8 * 1024 ** 3;
/** What any object may inflate to, however small it is: a Config snapshot of 1 GB, with room. */
const ALWAYS_INFLATED_BYTES = 1.5 * 1024 ** 3;
/** Beyond that, so many times its size. Logs inflate to 5 to 50 times, a bomb to 1,000 times. */
const MAX_INFLATE_RATIO = 100;
/** Larger as delivered: streamed to disk instead of held. Inflated they are ten to twenty times as large. */
const LARGE_OBJECT_BYTES = 8 * 1024 ** 2;
const READ_AHEAD = 8;

/** The limits of batches as configured. */
export function batchLimits(config: Config, batchesAtOnce: number): BatchLimits {
  return {
    maxInflatedBytes: MAX_INFLATED_BYTES,
    alwaysInflatedBytes: ALWAYS_INFLATED_BYTES,
    maxInflateRatio: MAX_INFLATE_RATIO,
    batchBytes: config.batchMb * 1_048_576,
    batchesAtOnce,
    batchObjects: config.batchObjects,
    largeObjectBytes: LARGE_OBJECT_BYTES,
    readAhead: READ_AHEAD,
  };
}
