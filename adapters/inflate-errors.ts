import { type Facts, LogkeepError } from "../core/errors.ts";

/** What can be wrong with an object's compression. */
export type InflateFault = "truncated" | "corrupt" | "extra-member" | "trailing-bytes" | "too-large" | "empty";

const TEXTS: Readonly<Record<InflateFault, { readonly message: string; readonly hint: string }>> = {
  truncated: {
    message: "the gzip data ends before its end",
    hint: "the delivery or a copy was cut short: fetch the object again from where it was first delivered",
  },
  corrupt: {
    message: "the gzip data is damaged",
    hint: "fetch the object again from where it was first delivered, and check the disk that held this copy",
  },
  "extra-member": {
    message: "another gzip member follows the first",
    hint: "this source delivers exactly one member, so someone appended to the object: find out who can write there",
  },
  "trailing-bytes": {
    message: "bytes follow the end of the gzip data",
    hint: "delivered objects end with their gzip data, so someone appended to the object: find out who can write there",
  },
  "too-large": {
    message: "the inflated data is larger than allowed",
    hint: "if the object is no gzip bomb, raise the limit of inflated bytes",
  },
  empty: { message: "the object has no bytes", hint: "an upload was interrupted: look for a second delivery" },
};

/** The error for a fault of the compressed bytes: `inflate.<fault>`, never worth a retry. */
export function inflateError(fault: InflateFault, facts: Facts = {}, cause?: unknown): LogkeepError {
  return new LogkeepError({ code: `inflate.${fault}`, ...TEXTS[fault], facts, cause, retry: "never" });
}

/** What `node:zlib` threw: damaged or cut data, else a machine without memory. */
export function wrapZlibError(cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (code === "Z_DATA_ERROR" || code === "Z_NEED_DICT") return inflateError("corrupt", {}, cause);
  if (code === "Z_BUF_ERROR") return inflateError("truncated", {}, cause);
  return new LogkeepError({
    code: "inflate.failed",
    message: "the inflating library failed",
    facts: { reason: typeof code === "string" ? code : null },
    cause,
    retry: "later",
    hint: "this is no fault of the object: check that the machine has memory left",
  });
}
