import type { HeldMessage, HoldChanges, HoldState } from "./hold-state.ts";

/** The messages that are held now. A change costs as much as it changes, however many are held. */
export interface HoldBook {
  /** As it is; changes with the book. */
  readonly state: HoldState;
  apply(changes: HoldChanges): void;
}

/** Opens an empty one. */
export function openHoldBook(): HoldBook {
  const messages = new Map<string, HeldMessage>();
  const waiters = new Map<string, Set<string>>();
  const forget = ({ id, waiting }: HeldMessage): void => {
    messages.delete(id);
    for (const name of waiting) {
      const ids = waiters.get(name);
      ids?.delete(id);
      if (ids?.size === 0) waiters.delete(name);
    }
  };
  const keep = (held: HeldMessage): void => {
    messages.set(held.id, held);
    for (const name of held.waiting) {
      const ids = waiters.get(name);
      if (ids === undefined) waiters.set(name, new Set([held.id]));
      else ids.add(held.id);
    }
  };
  return {
    state: { messages, waiters },
    apply(changes) {
      for (const [id, after] of changes) {
        const before = messages.get(id);
        if (before !== undefined) forget(before);
        if (after !== null) keep(after);
      }
    },
  };
}
