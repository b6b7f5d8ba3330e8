import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeenObject, SeenStore } from "../../core/seen-store.ts";

/** A store under test. `lose` makes it forget everything, as a flushed server does. */
export interface SeenStoreUnderTest extends AsyncDisposable {
  readonly store: SeenStore;
  lose(): Promise<void>;
}

const seen = (version: string, reason: string | null = null, isFinal = true): SeenObject => ({
  version,
  reason,
  isFinal,
  content: reason === null ? { key: `content of ${version}`, records: version.length } : null,
});

async function* parts(...objects: readonly (readonly SeenObject[])[]): AsyncGenerator<readonly SeenObject[]> {
  yield* objects;
}

/** The suite of the port; `open` gives an empty store. */
export function describeSeenStore(open: () => Promise<SeenStoreUnderTest>): void {
  test("default: nothing is known before it is made, and everything after", async () => {
    await using at = await open();
    const { store } = at;
    expect(await store.position("a")).toBeNull();
    expect(await store.lookUp("a", ["x"], [])).toBeNull();
    expect(await store.append("a", 0, 1, [seen("x")])).toBe(false);
    expect(
      await store.rebuild("a", 7, parts([seen("x"), seen("y", "skip.rule")], [], [seen("z", "object.missing", false)])),
    ).toBe(true);
    expect(await store.position("a")).toBe(7);
    expect(await store.lookUp("a", ["x", "y", "z", "never"], ["content of x", "content of y"])).toEqual({
      sequence: 7,
      reasons: [null, "skip.rule", "object.missing", undefined],
      records: [1, undefined],
    });
  });

  test("behavior: ledgers have nothing to do with each other", async () => {
    await using at = await open();
    await at.store.rebuild("a", 7, parts([seen("x")]));
    expect(await at.store.position("b")).toBeNull();
    expect(await at.store.lookUp("b", ["x"], [])).toBeNull();
  });

  test("behavior: what is added belongs to one position, and a stale addition changes nothing", async () => {
    await using at = await open();
    const { store } = at;
    await store.rebuild("a", 0, parts());
    expect(await store.append("a", 0, 3, [seen("x")])).toBe(true);
    expect(await store.append("a", 0, 2, [seen("y")])).toBe(false);
    expect(await store.append("a", 3, 4, [])).toBe(true);
    expect(await store.lookUp("a", ["x", "y"], [])).toEqual({ sequence: 4, reasons: [null, undefined], records: [] });
  });

  test("behavior: a final reason stays, a transient one waits for it", async () => {
    await using at = await open();
    const { store } = at;
    await store.rebuild("a", 0, parts());
    await store.append("a", 0, 1, [seen("x", "object.missing", false), seen("y")]);
    await store.append("a", 1, 2, [seen("x"), seen("y", "object.missing", false)]);
    await store.append("a", 2, 3, [seen("x", "object.missing", false), seen("y", "skip.rule")]);
    expect((await store.lookUp("a", ["x", "y"], []))?.reasons).toEqual([null, null]);
  });

  test("behavior: what was lost is lost with its position, and made anew", async () => {
    await using at = await open();
    const { store } = at;
    await store.rebuild("a", 5, parts([seen("x")]));
    await at.lose();
    expect(await store.position("a")).toBeNull();
    expect(await store.append("a", 5, 6, [seen("y")])).toBe(false);
    expect(await store.rebuild("a", 6, parts([seen("y")]))).toBe(true);
    expect((await store.lookUp("a", ["x", "y"], []))?.reasons).toEqual([undefined, null]);
  });

  test("behavior: made anew, it holds what it was made of and nothing else", async () => {
    await using at = await open();
    await at.store.rebuild("a", 5, parts([seen("x")]));
    await at.store.rebuild("a", 6, parts([seen("y")]));
    expect(await at.store.lookUp("a", ["x", "y"], [])).toEqual({
      sequence: 6,
      reasons: [undefined, null],
      records: [],
    });
  });

  test("behavior: any names, hostile ones among them, are told apart", async () => {
    await using at = await open();
    let position = 0;
    await at.store.rebuild("a", position, parts());
    const names = fc.uniqueArray(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(names, names, async (added, asked) => {
        await at.lose();
        await at.store.rebuild("a", position, parts());
        expect(
          await at.store.append(
            "a",
            position,
            position + 1,
            added.map((name) => seen(name)),
          ),
        ).toBe(true);
        position += 1;
        const answer = await at.store.lookUp("a", asked, []);
        expect(answer?.reasons).toEqual(asked.map((name) => (added.includes(name) ? null : undefined)));
      }),
      { numRuns: 25 },
    );
  });
}
