/** Whether the same step can succeed if tried again unchanged. */
export type Retry = "never" | "later";

/** Values that locate a failure: addresses, counts, sizes. Never log content, credentials or signed URLs. */
export type Facts = Readonly<Record<string, string | number | bigint | boolean | null>>;

/** What an error is made of; what is not given is empty, and `retry` is `never`. */
export interface ErrorParts {
  /** Stable and dotted, `<folder>.<what>`: what programs match on. */
  readonly code: string;
  /** One lower-case sentence without values. */
  readonly message: string;
  readonly facts?: Facts;
  readonly cause?: unknown;
  readonly retry?: Retry;
  /** What the reader should do next. */
  readonly hint?: string;
}

/** The one error type. Code matches on `code`, people read `message`, `facts` and `hint`. */
export class LogkeepError extends Error {
  readonly code: string;
  readonly facts: Facts;
  readonly retry: Retry;
  readonly hint: string | null;

  constructor(parts: ErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "LogkeepError";
    this.code = parts.code;
    this.facts = parts.facts ?? {};
    this.retry = parts.retry ?? "never";
    this.hint = parts.hint ?? null;
  }
}

/** Narrows an unknown thrown value; with a code, to that code. */
export function isLogkeepError(thrown: unknown, code?: string): thrown is LogkeepError {
  return thrown instanceof LogkeepError && (code === undefined || thrown.code === code);
}

/** A wrong command line or configuration: exit code 2. */
export function usageError(message: string, hint?: string, facts?: Facts): LogkeepError {
  return new LogkeepError({
    code: "cli.usage",
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(facts === undefined ? {} : { facts }),
  });
}
