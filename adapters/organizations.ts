import { type Account, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import {
  type AccountInventory,
  type AccountState,
  type ListedAccount,
  sortAccounts,
} from "../core/account-inventory.ts";
import type { Clock } from "../core/clock.ts";
import { LogkeepError } from "../core/errors.ts";
import { readS3Error } from "./s3-errors.ts";
import { withDeadline } from "./with-deadline.ts";

const SILENCE_MS = 30_000;
// The API is throttled for the whole organization, to a few calls a second.
const ATTEMPTS = 8;
// The service's own limit for a page is 20 accounts; the largest organizations have tens of thousands.
const MAX_PAGES = 20_000;

const STATES: Readonly<Record<string, AccountState>> = {
  PENDING_ACTIVATION: "pending",
  ACTIVE: "active",
  SUSPENDED: "suspended",
  PENDING_CLOSURE: "closing",
  CLOSED: "closed",
};

const DENIED = new Set([
  "AccessDeniedException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "ExpiredTokenException",
  "CredentialsProviderError",
  "TokenProviderError",
]);

/** Where the organization is asked. Account and credentials come from the SDK's default chain. */
export interface OrganizationsOptions {
  /** URL of a compatible service; null: AWS. */
  readonly endpoint: string | null;
  readonly clock: Clock;
  /** Tests shorten both. */
  readonly silenceMs?: number;
  readonly attempts?: number;
}

/**
 * The accounts of the AWS organization whose management account, or delegated administrator, asks. Suspended and closed
 * ones are in the list, by their state. An empty page is not the last one: the token decides.
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 */
export function openOrganizations(options: OrganizationsOptions): AccountInventory {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const attempts = options.attempts ?? ATTEMPTS;
  return {
    list: async (signal) => {
      const client = await openClient(options.endpoint, silenceMs, attempts);
      try {
        const found = new Map<string, Account>();
        let token: string | undefined;
        for (let page = 1; ; page += 1) {
          signal?.throwIfAborted();
          const NextToken = token;
          const giveUp = new AbortController();
          const how = { abortSignal: giveUp.signal };
          const answer = await withDeadline(
            client.send(new ListAccountsCommand({ NextToken }), how),
            silenceMs * (attempts + 1),
            signal,
          ).finally(() => giveUp.abort());
          for (const account of answer.Accounts ?? []) found.set(idOf(account), account);
          token = answer.NextToken === "" ? undefined : answer.NextToken;
          if (token === undefined) break;
          if (token === NextToken || page === MAX_PAGES) throw badListing("no-end");
        }
        const accounts = [...found.values()];
        if (accounts.length === 0) throw badListing("no-accounts");
        return {
          kind: "organization",
          origin: organizationOf(accounts[0]),
          takenAtMs: options.clock.now(),
          expects: null,
          accounts: sortAccounts(accounts.map(listed)),
        };
      } catch (cause) {
        if (signal?.aborted === true) throw signal.reason;
        throw wrapError(cause);
      } finally {
        client.destroy();
      }
    },
  };
}

async function openClient(endpoint: string | null, silenceMs: number, attempts: number): Promise<OrganizationsClient> {
  const settings = {
    ...(endpoint === null ? {} : { endpoint }),
    maxAttempts: attempts,
    requestHandler: { requestTimeout: silenceMs, throwOnRequestTimeout: true, socketTimeout: silenceMs },
  };
  const client = new OrganizationsClient(settings);
  try {
    await client.config.region();
    return client;
  } catch {
    client.destroy();
    // The service has one address for all regions of a partition; without any region it is the commercial one.
    return new OrganizationsClient({ ...settings, region: "us-east-1" });
  }
}

function idOf({ Id }: Account): string {
  if (Id === undefined || !/^\d{12}$/.test(Id)) throw badListing("no-account-id");
  return Id;
}

function listed(account: Account): ListedAccount {
  // The newer field; services that do not know it give the older one, whose values are among its own.
  const { Name, State, Status, JoinedTimestamp } = account;
  const joinedAtMs = JoinedTimestamp?.getTime() ?? Number.NaN;
  return {
    id: idOf(account),
    name: Name === undefined || Name === "" ? null : Name,
    // A state that is not known yet is not a reason to expect nothing.
    state: STATES[State ?? Status ?? ""] ?? null,
    joinedAtMs: Number.isNaN(joinedAtMs) ? null : joinedAtMs,
    expects: null,
  };
}

/** `arn:aws:organizations::111122223333:account/o-exampleorgid/444455556666` */
function organizationOf(account: Account | undefined): string {
  return /:account\/(o-[a-z0-9]{10,32})\//.exec(account?.Arn ?? "")?.[1] ?? "organization";
}

function badListing(reason: string): LogkeepError {
  return new LogkeepError({
    code: "inventory.bad-listing",
    message: "the organization's list of accounts cannot be relied on",
    facts: { reason },
    hint: "what was kept before stays as it is",
  });
}

/** By the service's code: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html#API_ListAccounts_Errors */
function wrapError(cause: unknown): LogkeepError {
  if (cause instanceof LogkeepError) return cause;
  const { name, status } = readS3Error(cause);
  const facts = { reason: name, status };
  if (name === "AWSOrganizationsNotInUseException") {
    return new LogkeepError({
      code: "inventory.no-organization",
      message: "the account that asks is in no organization",
      facts,
      cause,
      hint: "ask with credentials of the organization, or list the accounts in a file: docs/queries.md",
    });
  }
  if (DENIED.has(name) || status === 403) {
    return new LogkeepError({
      code: "inventory.denied",
      message: "access to the organization's list of accounts was denied",
      facts,
      cause,
      hint: "allow organizations:ListAccounts, in the management account or a delegated administrator's; or sign in again",
    });
  }
  return new LogkeepError({
    code: "inventory.unreadable",
    message: "the organization's list of accounts cannot be read",
    facts,
    cause,
    retry: "later",
    hint: "run the same command again; what was kept before stays as it is",
  });
}
