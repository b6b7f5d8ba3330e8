import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { AccountInventory } from "../core/account-inventory.ts";
import { LogkeepError } from "../core/errors.ts";
import { parseAccountList } from "../core/parse-account-list.ts";
import { codeOf } from "./lake-file-errors.ts";

/** The list in a file that somebody keeps. Read anew each time. `sources` are the ids that it may name. */
export function openAccountFile(file: string, sources: readonly string[]): AccountInventory {
  return {
    list: async (signal) => {
      signal?.throwIfAborted();
      try {
        const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
        return parseAccountList(text, { name: basename(file), modifiedAtMs: Math.floor(mtimeMs) }, sources);
      } catch (cause) {
        if (cause instanceof LogkeepError) throw cause;
        if (codeOf(cause) === "ENOENT") return null;
        throw unreadable(file, cause);
      }
    },
  };
}

/** A file that is there and cannot be read. */
export function unreadable(file: string, cause: unknown): LogkeepError {
  return new LogkeepError({
    code: "inventory.unreadable",
    message: "the list of accounts cannot be read",
    facts: { file, reason: codeOf(cause) ?? null },
    cause,
    retry: "later",
    hint: "check the file, its owner and its permissions",
  });
}
