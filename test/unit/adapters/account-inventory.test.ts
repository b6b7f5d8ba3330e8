import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAccountFile } from "../../../adapters/account-file.ts";
import { keepAccounts, openKeptAccounts } from "../../../adapters/kept-accounts.ts";
import { ACCOUNT_STATES, type AccountList, type AccountState } from "../../../core/account-inventory.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { describeInventory } from "../../support/account-inventory-conformance.ts";
import { fakeClock } from "../../support/fake-clock.ts";

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "inventory-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const newFile = (name: string) => {
  files += 1;
  return join(folder, `${files}-${name}`);
};

interface Entry {
  readonly id: string;
  readonly name: string;
  state: AccountState;
}

async function entries(write: (all: readonly Entry[]) => Promise<void>) {
  const all: Entry[] = [];
  return {
    add: async (name: string) => {
      const id = String(999_999_999_999 - all.length * 7);
      all.push({ id, name, state: "active" });
      await write(all);
      return id;
    },
    suspend: async (id: string) => {
      all.find((each) => each.id === id)!.state = "suspended";
      await write(all);
    },
    close: async () => undefined,
  };
}

describeInventory("a YAML file", async () => {
  const file = newFile("accounts.yaml");
  const write = (all: readonly Entry[]) =>
    writeFile(
      file,
      `accounts:\n${all.map((each) => `  - id: ${each.id}\n    name: ${JSON.stringify(each.name)}\n    state: ${each.state}\n`).join("")}`,
    );
  return { inventory: openAccountFile(file, ["cloudtrail"]), ...(await entries(write)) };
});

describeInventory("a JSON file", async () => {
  const file = newFile("accounts.json");
  const write = (accounts: readonly Entry[]) => writeFile(file, JSON.stringify({ accounts }));
  return { inventory: openAccountFile(file, ["cloudtrail"]), ...(await entries(write)) };
});

describeInventory("a kept list", async () => {
  const file = newFile("organization.json");
  const clock = fakeClock();
  const write = (all: readonly Entry[]) =>
    keepAccounts(file, {
      kind: "organization",
      origin: "o-exampleorgid",
      takenAtMs: clock.now(),
      expects: null,
      accounts: all.map((each) => ({ ...each, joinedAtMs: null, expects: null })),
    });
  return { inventory: openKeptAccounts(file), ...(await entries(write)) };
});

test("behavior: no file is no list", async () => {
  expect(await openAccountFile(newFile("none.yaml"), []).list()).toBeNull();
  expect(await openKeptAccounts(newFile("none.json")).list()).toBeNull();
});

test("error: a folder in the file's place, and a list that cannot be kept", async () => {
  await expect(openAccountFile(folder, []).list()).rejects.toMatchObject({ code: "inventory.unreadable" });
  await expect(openKeptAccounts(folder).list()).rejects.toMatchObject({ code: "inventory.unreadable" });
  const file = newFile("file");
  await writeFile(file, "");
  const list: AccountList = { kind: "organization", origin: "o", takenAtMs: 0, expects: null, accounts: [] };
  await expect(keepAccounts(join(file, "x.json"), list)).rejects.toMatchObject({ code: "inventory.unwritable" });
});

test.each(["", "{", "[]", "null", '{"version":2}', '{"version":1,"kind":"organization","origin":"o","accounts":[]}'])(
  "error: a kept list that is damaged: %s",
  async (text) => {
    const file = newFile("organization.json");
    await writeFile(file, text);
    await expect(openKeptAccounts(file).list()).rejects.toMatchObject({ code: "inventory.damaged", retry: "never" });
  },
);

test("behavior: what is kept comes back", async () => {
  const account = fc.record({
    id: fc.stringMatching(/^\d{12}$/),
    name: fc.option(fc.string({ unit: "binary" })),
    state: fc.option(fc.constantFrom(...ACCOUNT_STATES)),
    joinedAtMs: fc.option(fc.integer({ min: 0, max: 4e12 })),
    expects: fc.constant(null),
  });
  const file = newFile("organization.json");
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(account, { selector: ({ id }) => id }), fc.string(), async (accounts, origin) => {
      const list: AccountList = {
        kind: "organization",
        origin,
        takenAtMs: 1_700_000_000_123,
        expects: null,
        accounts: accounts.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
      };
      await keepAccounts(file, list);
      const back = await openKeptAccounts(file).list();
      // JSON cannot hold a surrogate that stands alone; nothing else changes.
      const whole = (text: string | null) => text?.toWellFormed() ?? null;
      expect(back).toEqual({
        ...list,
        origin: whole(origin),
        accounts: list.accounts.map((each) => ({ ...each, name: whole(each.name) })),
      });
    }),
    { numRuns: 50 },
  );
  expect((await readFile(file, "utf8")).endsWith("}\n")).toBe(true);
});

test("error: any text gives a list or one of our errors", async () => {
  const file = newFile("accounts.yaml");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
      await writeFile(file, `accounts: ${text}`);
      const found = await openAccountFile(file, ["cloudtrail"])
        .list()
        .catch((thrown: unknown) => thrown);
      expect(isLogkeepError(found, "cli.usage") || (found as AccountList).kind === "file").toBe(true);
    }),
    { numRuns: 100 },
  );
});
