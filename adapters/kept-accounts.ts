import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { ACCOUNT_STATES, type AccountInventory, type AccountList, sortAccounts } from "../core/account-inventory.ts";
import { LogkeepError } from "../core/errors.ts";
import { unreadable } from "./account-file.ts";
import { codeOf } from "./lake-file-errors.ts";

const KEPT = z.strictObject({
  version: z.literal(1),
  kind: z.enum(["file", "organization"]),
  origin: z.string(),
  takenAt: z.iso.datetime(),
  accounts: z.array(
    z.strictObject({
      id: z.string().regex(/^\d{12}$/),
      name: z.string().nullable(),
      state: z.enum(ACCOUNT_STATES).nullable(),
      joinedAt: z.iso.datetime().nullable(),
    }),
  ),
});

/** The list that was kept last, so that an answer asks nobody. It says how old it is. */
export function openKeptAccounts(file: string): AccountInventory {
  return {
    list: async (signal) => {
      signal?.throwIfAborted();
      let text: string;
      try {
        text = await readFile(file, "utf8");
      } catch (cause) {
        if (codeOf(cause) === "ENOENT") return null;
        throw unreadable(file, cause);
      }
      return readKept(file, text);
    },
  };
}

/** Keeps a list, whole or not at all: a reader finds the one before or this one. What is expected is not kept with it. */
export async function keepAccounts(file: string, list: AccountList): Promise<void> {
  const { kind, origin, takenAtMs, accounts } = list;
  const kept: z.infer<typeof KEPT> = {
    version: 1,
    kind,
    origin,
    takenAt: new Date(takenAtMs).toISOString(),
    accounts: accounts.map(({ id, name, state, joinedAtMs }) => ({
      id,
      name,
      state,
      joinedAt: joinedAtMs === null ? null : new Date(joinedAtMs).toISOString(),
    })),
  };
  const partial = `${file}.partial-${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o750 });
    try {
      const handle = await open(partial, "wx", 0o640);
      try {
        await handle.writeFile(`${JSON.stringify(kept, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, file);
    } catch (cause) {
      await rm(partial, { force: true });
      throw cause;
    }
  } catch (cause) {
    throw new LogkeepError({
      code: "inventory.unwritable",
      message: "the list of accounts cannot be kept",
      facts: { file, reason: codeOf(cause) ?? null },
      cause,
      retry: "later",
      hint: "check the folder, its permissions and the space on its disk",
    });
  }
}

function readKept(file: string, text: string): AccountList {
  try {
    const { kind, origin, takenAt, accounts } = KEPT.parse(JSON.parse(text));
    return {
      kind,
      origin,
      takenAtMs: Date.parse(takenAt),
      expects: null,
      accounts: sortAccounts(
        accounts.map(({ id, name, state, joinedAt }) => ({
          id,
          name,
          state,
          joinedAtMs: joinedAt === null ? null : Date.parse(joinedAt),
          expects: null,
        })),
      ),
    };
  } catch (cause) {
    throw new LogkeepError({
      code: "inventory.damaged",
      message: "the kept list of accounts is damaged",
      facts: { file },
      cause,
      hint: "make it anew: logkeep accounts --refresh",
    });
  }
}
