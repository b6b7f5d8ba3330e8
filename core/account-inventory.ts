/**
 * Which accounts' logs are expected. Seen is what the ledger knows; expected is what somebody says who does not depend on
 * the logs: a file, or the organization itself.
 */

/** Where an account is in its life. Only an active one delivers, as a rule. */
export const ACCOUNT_STATES = ["active", "pending", "suspended", "closing", "closed"] as const;

/** One of them. */
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** A source that an account is expected to deliver. */
export interface ExpectedSource {
  /** A source's id. */
  readonly source: string;
  /** Each of these regions; null: from any region at all. */
  readonly regions: readonly string[] | null;
}

/** What a list says about an account; null is what it does not say. Names are anybody's text. */
export interface ListedAccount {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string | null;
  readonly state: AccountState | null;
  /** Milliseconds since 1970: before it, nothing is expected of the account. */
  readonly joinedAtMs: number | null;
  readonly expects: readonly ExpectedSource[] | null;
}

/** A list of accounts, each once, in the order of their ids. */
export interface AccountList {
  readonly kind: "file" | "organization";
  /** The organization's id, or the file's name. */
  readonly origin: string;
  /** Milliseconds since 1970: when the list was true. A file is as old as its last change. */
  readonly takenAtMs: number;
  /** What is expected of accounts that say nothing of their own; null: nothing is said. */
  readonly expects: readonly ExpectedSource[] | null;
  readonly accounts: readonly ListedAccount[];
}

/**
 * Where a list of accounts comes from. A list is whole or an error, never cut short; asking again gives what is true then.
 * Failures: `cli.usage` for a file that is not valid, `inventory.denied`, `inventory.no-organization`,
 * `inventory.bad-listing` and `inventory.damaged` (retry never), `inventory.unreadable` (retry later: throttling that
 * outlasted some attempts, network, I/O).
 */
export interface AccountInventory {
  /** Null: there is no list. A signal rejects with its reason. */
  list(signal?: AbortSignal): Promise<AccountList | null>;
}

/** Lists that say the same accounts' facts, as one. */
export interface Inventory {
  /** Without their accounts, in the order in which they were joined. */
  readonly lists: readonly Omit<AccountList, "accounts" | "expects">[];
  readonly accounts: readonly ListedAccount[];
}

/** Whether logs are expected of an account at an instant. A state that no list tells counts as active. */
export function isExpected(account: ListedAccount, atMs: number): boolean {
  const isActive = account.state === null || account.state === "active";
  return isActive && (account.joinedAtMs === null || account.joinedAtMs <= atMs);
}

/** Joins lists: an account of any is in the result, and of what several say the last one counts. Null without a list. */
export function joinLists(lists: readonly AccountList[]): Inventory | null {
  if (lists.length === 0) return null;
  const accounts = new Map<string, ListedAccount>();
  for (const account of lists.flatMap((list) => list.accounts)) {
    const before = accounts.get(account.id);
    accounts.set(account.id, {
      id: account.id,
      name: account.name ?? before?.name ?? null,
      state: account.state ?? before?.state ?? null,
      joinedAtMs: account.joinedAtMs ?? before?.joinedAtMs ?? null,
      expects: account.expects ?? before?.expects ?? null,
    });
  }
  const fallback = lists.findLast((list) => list.expects !== null)?.expects ?? null;
  return {
    lists: lists.map(({ kind, origin, takenAtMs }) => ({ kind, origin, takenAtMs })),
    accounts: sortAccounts([...accounts.values()].map((each) => ({ ...each, expects: each.expects ?? fallback }))),
  };
}

/** In the order of their ids. */
export function sortAccounts(accounts: readonly ListedAccount[]): readonly ListedAccount[] {
  return accounts.toSorted((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}
