import type { Log, LogFields } from "../../core/log.ts";

/** A log that remembers its entries' names and fields. */
export function memoryLog(): Log & {
  readonly entries: readonly { readonly name: string; readonly fields: LogFields }[];
} {
  const entries: { name: string; fields: LogFields }[] = [];
  const add = (name: string, fields: LogFields = {}) => void entries.push({ name, fields });
  return { entries, error: add, warn: add, info: add, debug: add };
}
