/** A share of somebody's bytes of a day, taken before a query runs. */
export interface UsageShare {
  readonly user: string;
  /** `2026-01-05`, in UTC. */
  readonly day: string;
  readonly bytes: number;
  /** Bytes of that user and day at most; null: no limit. */
  readonly limitBytes: number | null;
}

/** What came of asking for a share. `usedBytes` is what was taken before. */
export interface UsageAnswer {
  readonly isGranted: boolean;
  readonly usedBytes: number;
}

/**
 * Counts the bytes that each user's queries take in a day. `take` is atomic: of two processes that ask at once, together
 * beyond the limit, one is refused, and nothing is noted for it. A share is durable when it is granted. `correct` adds
 * the difference that the engine told afterwards; it may be negative. Failures: `usage.unwritable` (retry later).
 */
export interface QueryUsage {
  take(share: UsageShare): Promise<UsageAnswer>;
  correct(user: string, day: string, differenceBytes: number): Promise<void>;
}
