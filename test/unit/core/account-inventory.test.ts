import { expect, test } from "vitest";
import { type AccountList, isExpected, joinLists, type ListedAccount } from "../../../core/account-inventory.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { parseAccountList } from "../../../core/parse-account-list.ts";

const SOURCES = ["cloudtrail", "vpc_flow"];
const parse = (text: string) => parseAccountList(text, { name: "accounts.yaml", modifiedAtMs: 7 }, SOURCES);

function faultsOf(text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    return isLogkeepError(thrown, "cli.usage") ? thrown.facts : thrown;
  }
}

test("default: a list with all that it may hold", () => {
  const text = `
expect: [{ source: cloudtrail }]
accounts:
  - { id: 444455556666, name: lab, state: suspended }
  - id: 000011112222
    name: Zürich
    joined: 2026-01-05
    expect:
      - { source: vpc_flow, regions: [eu-west-1, us-east-1] }
  - { id: "111122223333", joined: 2026-01-05T10:00:00Z, expect: }
`;
  expect(parse(text)).toEqual({
    kind: "file",
    origin: "accounts.yaml",
    takenAtMs: 7,
    expects: [{ source: "cloudtrail", regions: null }],
    accounts: [
      {
        id: "000011112222",
        name: "Zürich",
        state: null,
        joinedAtMs: Date.UTC(2026, 0, 5),
        expects: [{ source: "vpc_flow", regions: ["eu-west-1", "us-east-1"] }],
      },
      { id: "111122223333", name: null, state: null, joinedAtMs: Date.UTC(2026, 0, 5, 10), expects: null },
      { id: "444455556666", name: "lab", state: "suspended", joinedAtMs: null, expects: null },
    ],
  });
  expect(parse('{"accounts":[{"id":"111122223333"}]}').accounts).toHaveLength(1);
});

test.each([
  ["", "file", "expected object, received"],
  ["[]", "file", "expected object"],
  ["accounts: []", "accounts", "must list an account"],
  ["accounts: [{ id: 12 }]", "accounts.0.id", "must be 12 digits"],
  ["accounts: [{ id: 1e11 }]", "accounts.0.id", "must be 12 digits"],
  ["accounts: [{ id: 111122223333 }, { id: 111122223333 }]", "accounts.1.id", "is listed twice"],
  ["accounts: [{ id: 111122223333, state: gone }]", "accounts.0.state", "must be one of active"],
  ["accounts: [{ id: 111122223333, joined: 2026-02-30 }]", "accounts.0.joined", "must be a date of the calendar"],
  ["accounts: [{ id: 111122223333, joined: yesterday }]", "accounts.0.joined", "must be a date"],
  ["accounts: [{ id: 111122223333, owner: x }]", "accounts.0", "owner"],
  ["accounts: [{ id: 111122223333, expect: [{ source: nginx }] }]", "accounts.0.expect.0.source", "must be one of"],
  [
    "accounts: [{ id: 111122223333, expect: [{ source: cloudtrail, regions: [] }] }]",
    "accounts.0.expect.0.regions",
    "must name a region",
  ],
  [
    'accounts: [{ id: 111122223333, expect: [{ source: cloudtrail, regions: ["x\'; --"] }] }]',
    "accounts.0.expect.0.regions.0",
    "must be a region",
  ],
])("error: %s", (text, place, message) => {
  const facts = faultsOf(text);
  expect(facts).toMatchObject({ [place]: expect.stringContaining(message) });
});

test.each([
  "accounts: [",
  "accounts: *nothing",
  "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\naccounts: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]",
  "accounts: [{ id: 111122223333, id: 111122223334 }]",
])("error: YAML that is broken or multiplies: %s", (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: "cli.usage" }));
});

test("error: a file without end", () => {
  expect(() => parse("#".repeat(17_000_000))).toThrow("too large");
});

const listed = (id: string, rest: Partial<ListedAccount> = {}): ListedAccount => ({
  id,
  name: null,
  state: null,
  joinedAtMs: null,
  expects: null,
  ...rest,
});
const listOf = (kind: AccountList["kind"], accounts: readonly ListedAccount[], rest: Partial<AccountList> = {}) => ({
  kind,
  origin: kind,
  takenAtMs: 1,
  expects: null,
  accounts,
  ...rest,
});

test("behavior: of two lists, every account; what the second says counts, and the first fills in", () => {
  const organization = listOf("organization", [
    listed("000000000002", { name: "two", state: "active", joinedAtMs: 5 }),
    listed("000000000001", { name: "one", state: "suspended" }),
  ]);
  const trail = [{ source: "cloudtrail", regions: null }];
  const flows = [{ source: "vpc_flow", regions: ["eu-west-1"] }];
  const file = listOf("file", [listed("000000000002", { name: "Two", expects: flows }), listed("000000000003")], {
    expects: trail,
  });
  expect(joinLists([])).toBeNull();
  expect(joinLists([organization, file])).toEqual({
    lists: [
      { kind: "organization", origin: "organization", takenAtMs: 1 },
      { kind: "file", origin: "file", takenAtMs: 1 },
    ],
    accounts: [
      listed("000000000001", { name: "one", state: "suspended", expects: trail }),
      listed("000000000002", { name: "Two", state: "active", joinedAtMs: 5, expects: flows }),
      listed("000000000003", { expects: trail }),
    ],
  });
});

test("behavior: only active accounts are expected, from the day on which they joined", () => {
  expect(isExpected(listed("1"), 0)).toBe(true);
  expect(isExpected(listed("1", { state: "active", joinedAtMs: 5 }), 5)).toBe(true);
  expect(isExpected(listed("1", { state: "active", joinedAtMs: 5 }), 4)).toBe(false);
  for (const state of ["pending", "suspended", "closing", "closed"] as const) {
    expect(isExpected(listed("1", { state }), 5)).toBe(false);
  }
});
