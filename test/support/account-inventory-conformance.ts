import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountInventory } from "../../core/account-inventory.ts";

/** One inventory under test, with a way to change what is true behind its back. */
export interface InventoryUnderTest {
  readonly inventory: AccountInventory;
  /** Adds an active account of that name. Returns its id. */
  add(name: string): Promise<string>;
  suspend(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Names that a list, a file or a terminal could get wrong. */
const HOSTILE_NAMES = [
  "prod",
  "'; DROP TABLE ledger; --",
  'quote " and \\ backslash',
  "- yaml: [list]",
  "{}",
  "null",
  "0123",
  "=HYPERLINK(1)",
  "<script>alert(1)</script>",
];

/** What every inventory promises. */
export function describeInventory(name: string, open: () => Promise<InventoryUnderTest>): void {
  describe(name, () => {
    let opened: InventoryUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const list = async () => (await opened.inventory.list())!;

    test("default: every account once, in the order of ids, with its name and state", async () => {
      const added = new Map<string, string>();
      for (const each of HOSTILE_NAMES) added.set(await opened.add(each), each);
      const { accounts } = await list();
      const ids = accounts.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(ids.every((id) => /^\d{12}$/.test(id))).toBe(true);
      for (const [id, each] of added) {
        expect(accounts.find((account) => account.id === id)).toMatchObject({ name: each, state: "active" });
      }
    });

    test("behavior: a list of any length is whole", async () => {
      const added: string[] = [];
      for (let count = 0; count < 45; count += 1) added.push(await opened.add(`account ${count}`));
      const ids = new Set((await list()).accounts.map(({ id }) => id));
      expect(added.filter((id) => !ids.has(id))).toEqual([]);
    });

    test("behavior: asking again gives what is true then, and how old it is", async () => {
      const id = await opened.add("first");
      const before = await list();
      await opened.suspend(id);
      const later = await opened.add("second");
      const after = await list();
      expect(before.accounts.find((account) => account.id === id)?.state).toBe("active");
      expect(after.accounts.find((account) => account.id === id)?.state).toBe("suspended");
      expect(after.accounts.some((account) => account.id === later)).toBe(true);
      expect(after.takenAtMs).toBeGreaterThanOrEqual(before.takenAtMs);
      expect(after.origin).not.toBe("");
    });

    test("error: a signal rejects with its reason", async () => {
      await opened.add("one");
      const reason = new Error("stopped");
      await expect(opened.inventory.list(AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
