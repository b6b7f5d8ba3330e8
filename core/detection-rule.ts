import type { RawRecord } from "./raw-record.ts";

/** Lists from the configuration; null where it does not give one. */
export interface DetectionLists {
  /** Networks (CIDR) from which the organization's own machines reach the internet. */
  readonly egressAddresses: readonly string[] | null;
  /** The organization's accounts. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[] | null;
}

/** One thing that made a rule match: the field that was looked at and the values that decided. */
export interface Reason {
  readonly field: string;
  readonly values: readonly string[];
}

/**
 * What Sigma cannot say: decides about one record that the rule's Sigma part preselected. Null means no finding. Pure,
 * bounded in time whatever the record holds, and never throws: its input was written by whoever made the call.
 */
export type CandidateTest = (record: RawRecord, lists: DetectionLists) => readonly Reason[] | null;

/**
 * Whether an account is outside the organization. Without a list of accounts every account but the record's own counts
 * as outside: better a question too many than a copy of the data too few.
 */
export function isOutsideAccount(account: string, record: RawRecord, lists: DetectionLists): boolean {
  if (account === ownAccount(record)) return false;
  return lists.accounts === null || !lists.accounts.some(({ id }) => id === account);
}

/** The account that the record belongs to; null when it names none. */
export function ownAccount(record: RawRecord): string | null {
  const recipient = record.recipientAccountId;
  if (typeof recipient === "string") return recipient;
  const identity = record.userIdentity;
  const account =
    typeof identity === "object" && identity !== null && "accountId" in identity ? identity.accountId : null;
  return typeof account === "string" ? account : null;
}
