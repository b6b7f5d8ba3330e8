import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openOrganizations } from "../../adapters/organizations.ts";
import { describeInventory } from "../support/account-inventory-conformance.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { type MotoServer, startMoto, whyNoMoto } from "../support/moto.ts";
import { AWS_ENVIRONMENT } from "../support/s3-lake.ts";

const ABSENT = whyNoMoto();
const ARN = "arn:aws:organizations::111122223333:account/o-exampleorgid/";

beforeAll(() => {
  Object.assign(process.env, AWS_ENVIRONMENT);
});

/** What stands in the service's place: for each request, a status and a body, or another server's answer. */
type Answer = (body: string, headers: Readonly<Record<string, string>>) => Promise<readonly [number, unknown]>;

async function serve(answer: Answer): Promise<{ readonly endpoint: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    void (async () => {
      const headers = { "content-type": "application/x-amz-json-1.1" };
      // Moto goes by who signed, and for which service.
      const sent = { ...headers, ...(request.headers as Record<string, string>) };
      const [status, body] = await answer(await text(request), sent);
      response.writeHead(status, headers).end(JSON.stringify(body));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function stop(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

if (ABSENT !== null) {
  test("default: an organization on a server", (context) => context.skip(ABSENT));
} else {
  let moto: MotoServer;
  let server: Server;
  let endpoint: string;
  beforeAll(async () => {
    moto = await startMoto();
    ({ endpoint, server } = await serve(async (body, { "x-amz-target": target = "", authorization = "" }) => {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target, authorization };
      const answer = await fetch(moto.endpoint, { method: "POST", body, headers });
      const parsed = (await answer.json()) as { Accounts?: { State?: string; Status?: string }[] };
      // Moto closes an account by its older field alone.
      for (const account of parsed.Accounts ?? []) if (account.State !== account.Status) delete account.State;
      return [answer.status, parsed] as const;
    }));
  });
  beforeEach(async () => {
    await fetch(`${moto.endpoint}/moto-api/reset`, { method: "POST" });
  });
  afterAll(async () => {
    await stop(server);
    await moto.stop();
  });

  describeInventory("AWS Organizations", async () => {
    const client = new OrganizationsClient({ endpoint, region: "us-east-1" });
    await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    return {
      inventory: openOrganizations({ endpoint, clock: fakeClock() }),
      add: async (AccountName) => {
        const made = await client.send(new CreateAccountCommand({ AccountName, Email: "owner@example.com" }));
        return made.CreateAccountStatus!.AccountId!;
      },
      suspend: async (AccountId) => void (await client.send(new CloseAccountCommand({ AccountId }))),
      close: async () => client.destroy(),
    };
  });
}

const account = (id: string, rest: object = {}) => ({ Id: id, Name: id, Arn: `${ARN}${id}`, State: "ACTIVE", ...rest });

/** Lists from a server that gives these answers one after the other, the last one for ever. */
async function listFrom(answers: readonly (readonly [number, unknown])[], attempts = 4, signal?: AbortSignal) {
  let asked = 0;
  const tokens: unknown[] = [];
  const at = await serve(async (body) => {
    tokens.push((JSON.parse(body) as { NextToken?: string }).NextToken ?? null);
    const answer = answers[Math.min(asked, answers.length - 1)]!;
    asked += 1;
    return answer;
  });
  try {
    const inventory = openOrganizations({ endpoint: at.endpoint, clock: fakeClock(), attempts, silenceMs: 5_000 });
    const list = await inventory.list(signal);
    return { list, asked, tokens };
  } finally {
    await stop(at.server);
  }
}

const refusal = (type: string, status = 400) => [status, { __type: type, Message: "no" }] as const;

test("default: pages to the end, also over empty ones; states and dates of each account", async () => {
  const { list, tokens } = await listFrom([
    [200, { Accounts: [account("000000000003", { JoinedTimestamp: 1_767_571_200 })], NextToken: "a" }],
    [200, { Accounts: [], NextToken: "b" }],
    [
      200,
      {
        Accounts: [
          account("000000000001", { State: "SUSPENDED" }),
          account("000000000002", { State: "PENDING_CLOSURE", Name: "" }),
          account("000000000004", { State: "CLOSED" }),
          account("000000000005", { State: "PENDING_ACTIVATION" }),
          account("000000000006", { State: "SOMETHING_NEW" }),
          account("000000000007", { State: undefined, Status: "SUSPENDED" }),
        ],
      },
    ],
  ]);
  expect(tokens).toEqual([null, "a", "b"]);
  expect(list).toMatchObject({ kind: "organization", origin: "o-exampleorgid", expects: null });
  expect(list!.accounts.map(({ id, state }) => [Number(id), state])).toEqual([
    [1, "suspended"],
    [2, "closing"],
    [3, "active"],
    [4, "closed"],
    [5, "pending"],
    [6, null],
    [7, "suspended"],
  ]);
  expect(list!.accounts[2]).toMatchObject({ joinedAtMs: Date.UTC(2026, 0, 5), name: "000000000003" });
  expect(list!.accounts[1]!.name).toBeNull();
});

test("behavior: throttling is waited for; what outlasts the attempts is to be tried later", async () => {
  const throttled = refusal("TooManyRequestsException");
  const { list, asked } = await listFrom([throttled, throttled, [200, { Accounts: [account("111122223333")] }]]);
  expect(list!.accounts).toHaveLength(1);
  expect(asked).toBe(3);
  await expect(listFrom([throttled], 2)).rejects.toMatchObject({ code: "inventory.unreadable", retry: "later" });
});

test.each([
  [refusal("AccessDeniedException"), "inventory.denied", "never"],
  [refusal("AccessDeniedException", 403), "inventory.denied", "never"],
  [refusal("ExpiredTokenException"), "inventory.denied", "never"],
  [refusal("AWSOrganizationsNotInUseException"), "inventory.no-organization", "never"],
  [refusal("ServiceException", 500), "inventory.unreadable", "later"],
  [[200, { Accounts: [] }] as const, "inventory.bad-listing", "never"],
  [[200, { Accounts: [account("1")] }] as const, "inventory.bad-listing", "never"],
  [[200, { Accounts: [{ Name: "x" }] }] as const, "inventory.bad-listing", "never"],
  [[200, { Accounts: [account("111122223333")], NextToken: "same" }] as const, "inventory.bad-listing", "never"],
])("error: %j is %s", async (answer, code, retry) => {
  await expect(listFrom([answer], 1)).rejects.toMatchObject({ code, retry });
});

test("error: a later page that fails leaves no part of a list", async () => {
  const first = [200, { Accounts: [account("111122223333")], NextToken: "a" }] as const;
  await expect(listFrom([first, refusal("AccessDeniedException")], 1)).rejects.toMatchObject({
    code: "inventory.denied",
  });
});

test("error: nobody answers", async () => {
  const inventory = openOrganizations({ endpoint: "http://127.0.0.1:9", clock: fakeClock(), attempts: 1 });
  await expect(inventory.list()).rejects.toMatchObject({ code: "inventory.unreadable", retry: "later" });
});
