/**
 * Retention: whole files of days that are older than a table keeps leave the table, in one snapshot. Rows of an account
 * under legal hold stay, and so does whatever may be theirs: it is the hold that decides in doubt. The bytes go when the
 * last snapshot that has them has expired.
 */
import type { Lake } from "./catalog.ts";
import { commitDelete } from "./commit-replace.ts";
import { schemaOf } from "./metadata.ts";
import type { LiveFile } from "./model.ts";
import { layoutOf } from "./partition.ts";
import { currentSnapshot, liveFiles } from "./snapshot.ts";
import { loadTable } from "./table.ts";

const DAY_MS = 86_400_000;
/** The summary property of a deletion by age. */
const RETENTION_PROPERTY = "logkeep.retention-days";
// Each conflict is a file that a compaction replaced meanwhile.
const MAX_ROUNDS = 5;

/** What a table keeps. */
export interface RetentionOptions {
  /** Days that ended longer ago than so many days go. */
  readonly keepDays: number;
  /** Accounts under legal hold. */
  readonly heldAccounts: ReadonlySet<string>;
}

/** Files of days that are old enough. */
export interface RetentionPlan {
  readonly expired: readonly LiveFile[];
  /** Of a held account, or of none that is known while any is held. */
  readonly held: readonly LiveFile[];
  /** Of several accounts while one is held: they wait until compaction has divided them by account. */
  readonly mixed: readonly LiveFile[];
}

/**
 * Decides which files go. Rows without a time have no age and stay. `hasAccount` is whether the table says whose a row
 * is: where it does not, everything may be the held account's. Pure.
 */
export function planRetention(
  files: readonly LiveFile[],
  hasAccount: boolean,
  options: RetentionOptions,
  nowMs: number,
): RetentionPlan {
  const plan: { readonly [Key in keyof RetentionPlan]: LiveFile[] } = { expired: [], held: [], mixed: [] };
  const lastEndMs = nowMs - options.keepDays * DAY_MS;
  for (const file of files) {
    const { day, account } = file.partition;
    if (day === null || (day + 1) * DAY_MS > lastEndMs) continue;
    plan[fateOf(account, hasAccount, options.heldAccounts)].push(file);
  }
  return plan;
}

function fateOf(
  account: string | null | undefined,
  hasAccount: boolean,
  held: ReadonlySet<string>,
): keyof RetentionPlan {
  if (held.size === 0) return "expired";
  if (!hasAccount) return "held";
  if (account === undefined) return "mixed";
  // What stands where an account should be came from a log: it may be a held one's in another spelling.
  return account === null || !/^[0-9]{12}$/.test(account) || held.has(account) ? "held" : "expired";
}

/** What retention would do to a table now. */
export async function planTableRetention(
  tableId: string,
  options: RetentionOptions,
  lake: Lake,
): Promise<RetentionPlan> {
  const table = await loadTable(tableId, lake.catalog);
  const { accountColumn } = layoutOf(table.metadata, schemaOf(table.metadata));
  const files = await liveFiles(table, currentSnapshot(table), lake.store);
  return planRetention(files, accountColumn !== null, options, lake.clock.now());
}

/** Takes expired files out of a table. Returns what it did: `expired` are those that went. */
export async function deleteExpired(tableId: string, options: RetentionOptions, lake: Lake): Promise<RetentionPlan> {
  const properties = { [RETENTION_PROPERTY]: String(options.keepDays) };
  for (let round = 1; ; round += 1) {
    const plan = await planTableRetention(tableId, options, lake);
    if (plan.expired.length === 0) return plan;
    if ((await commitDelete(tableId, plan.expired, properties, lake)) !== null) return plan;
    // Somebody rewrites faster than we delete: nothing is lost by waiting for the next run.
    if (round === MAX_ROUNDS) return { ...plan, expired: [] };
  }
}
