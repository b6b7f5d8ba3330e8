import fc from "fast-check";
import { expect, test } from "vitest";
import { openHoldBook } from "../../../../ingest/notifications/hold-book.ts";
import { type Arrival, settleObjects, takeIn } from "../../../../ingest/notifications/hold-state.ts";

const MOMENT = { nowMs: 0, visibilityMs: 1000, random: () => 0.5 };

const arrival = (id: string, names: readonly string[], isUnderstood = true): Arrival => ({
  message: { id, receipt: `r-${id}`, body: "", receiveCount: 1, sentAtMs: null },
  names,
  isUnderstood,
});

test("behavior: who waits for an object is what the messages say, whatever comes and goes", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 });
  const take = fc.record({ id: fc.constantFrom("1", "2", "3", "4"), names });
  const step = fc.oneof(
    fc.array(take, { maxLength: 4 }).map((taken) => ({ kind: "take" as const, taken })),
    fc.tuple(names, names).map(([decided, failed]) => ({ kind: "settle" as const, decided, failed })),
    fc.constantFrom("1", "2", "3", "4").map((id) => ({ kind: "drop" as const, id })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { state, apply } = openHoldBook();
      for (const each of steps) {
        const before = new Set(state.waiters.keys());
        if (each.kind === "take") {
          const arrivals = each.taken.map((one) => arrival(one.id, one.names));
          const { changes, begun } = takeIn(state, arrivals, MOMENT);
          apply(changes);
          // Nothing is begun twice, and nothing that is waited for is left out.
          expect(new Set([...before, ...begun])).toEqual(new Set(state.waiters.keys()));
          expect(begun.filter((name) => before.has(name))).toEqual([]);
        } else if (each.kind === "settle") {
          apply(settleObjects(state, new Set(each.decided), new Set(each.failed), 0));
          for (const name of [...each.decided, ...each.failed]) expect(state.waiters.has(name)).toBe(false);
        } else apply(new Map([[each.id, null]]));
        const expected = new Map<string, Set<string>>();
        for (const held of state.messages.values()) {
          for (const name of held.waiting) expected.set(name, (expected.get(name) ?? new Set()).add(held.id));
        }
        expect(state.waiters).toEqual(expected);
      }
    }),
  );
});

test("behavior: nothing is held of a message that has no objects and was not understood", () => {
  const { state, apply } = openHoldBook();
  apply(takeIn(state, [arrival("1", [], false), arrival("2", [])], MOMENT).changes);
  expect([...state.messages.keys()]).toEqual(["2"]);
});
