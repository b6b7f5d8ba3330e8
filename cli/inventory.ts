import { join } from "node:path";
import { type Inventory, joinLists } from "../core/account-inventory.ts";
import type { Config } from "../core/config.ts";
import { usageError } from "../core/errors.ts";
import { SOURCES } from "../ingest/sources.gen.ts";
import { openAccountLists } from "./wire.ts";

/**
 * The accounts whose logs are expected, as lists say that are kept here; null where there is none. Asks no service.
 * Throws `cli.usage` for a file that is not valid, or that is configured and absent, and as `AccountInventory` does.
 */
export async function readInventory(config: Config, signal?: AbortSignal): Promise<Inventory | null> {
  const sources = SOURCES.map(({ id }) => id);
  const opened = await openAccountLists(config, sources);
  const lists = await Promise.all(opened.map((each) => each.list(signal)));
  const isDefault = config.accountsFile === join(config.dataFolder, "accounts.yaml");
  if (lists.at(-1) === null && !isDefault) {
    throw usageError("the accounts file does not exist", "check LOGKEEP_QUERIES_ACCOUNTS_FILE", {
      file: config.accountsFile,
    });
  }
  return joinLists(lists.flatMap((list) => list ?? []));
}
