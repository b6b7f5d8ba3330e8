import type { SeenObject, SeenStore } from "./seen-store.ts";

interface Index {
  readonly reasons: Map<string, string | null>;
  readonly transient: Set<string>;
  readonly records: Map<string, number>;
  sequence: number;
}

/** An index in this process's memory, about 200 bytes an object: for one worker alone, and for tests. */
export function memorySeenStore(): SeenStore & { lose(): void } {
  const indexes = new Map<string, Index>();
  return {
    lose: () => indexes.clear(),
    position: async (ledger) => indexes.get(ledger)?.sequence ?? null,
    async lookUp(ledger, versions, contents) {
      const index = indexes.get(ledger);
      if (index === undefined) return null;
      return {
        sequence: index.sequence,
        reasons: versions.map((version) => index.reasons.get(version)),
        records: contents.map((content) => index.records.get(content)),
      };
    },
    async append(ledger, from, to, objects) {
      const index = indexes.get(ledger);
      if (index?.sequence !== from) return false;
      for (const object of objects) add(index, object);
      index.sequence = to;
      return true;
    },
    async rebuild(ledger, to, objects) {
      const index: Index = { reasons: new Map(), transient: new Set(), records: new Map(), sequence: to };
      for await (const some of objects) for (const object of some) add(index, object);
      indexes.set(ledger, index);
      return true;
    },
  };
}

function add({ reasons, transient, records }: Index, { version, reason, isFinal, content }: SeenObject): void {
  const isKnown = reasons.has(version);
  if (isFinal ? !isKnown || transient.has(version) : !isKnown) reasons.set(version, reason);
  if (isFinal) transient.delete(version);
  else if (!isKnown) transient.add(version);
  if (content !== null) records.set(content.key, content.records);
}
