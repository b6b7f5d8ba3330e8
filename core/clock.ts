/** Where time comes from. Only edges hold the system's clock; tests hold a fake one. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Resolves after `waitMs`, or rejects with the signal's reason. */
  sleep(waitMs: number, signal?: AbortSignal): Promise<void>;
}
