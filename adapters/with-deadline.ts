/** A wait that took too long. */
export class DeadlineError extends Error {
  constructor() {
    super("no answer in time");
    this.name = "DeadlineError";
  }
}

/**
 * Waits for a promise at most `waitMs`, then rejects with a `DeadlineError`, or with the signal's reason. What the promise
 * does afterwards is its maker's to stop; its failure then counts for nothing.
 */
export async function withDeadline<T>(promise: Promise<T>, waitMs: number, signal?: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  signal?.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal?.reason);
  const timer = setTimeout(() => reject(new DeadlineError()), waitMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
