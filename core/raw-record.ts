/** A record as the log source wrote it. Every value is hostile. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** What a path leads to in one record. */
export interface Resolved {
  /** The path is there, whatever it holds. */
  readonly isPresent: boolean;
  /** Null, scalars and objects; of an array its elements, except those that are arrays themselves. */
  readonly values: readonly unknown[];
}

/** Follows a path through a raw record. An array on the way stands for each of its elements, one level deep. */
export function resolvePath(record: unknown, path: readonly string[]): Resolved {
  let nodes: readonly unknown[] = [record];
  for (const key of path) {
    nodes = nodes
      .flatMap((node) => (Array.isArray(node) ? node : [node]))
      .flatMap((node: unknown) => (isObject(node) && Object.hasOwn(node, key) ? [node[key]] : []));
  }
  return {
    isPresent: nodes.length > 0,
    values: nodes.flatMap((node) => (Array.isArray(node) ? node : [node])).filter((node) => !Array.isArray(node)),
  };
}

/** The text that a value is compared as; null for null. Objects are compared as compact JSON. */
export function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** True for a JSON object. */
export function isObject(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The texts at a dotted path, in their order; none where it is absent or null. */
export function textsAt(record: unknown, path: string): readonly string[] {
  return resolvePath(record, path.split(".")).values.flatMap((value) => valueText(value) ?? []);
}

/** The first text at a dotted path; null where there is none. */
export function textAt(record: unknown, path: string): string | null {
  return textsAt(record, path)[0] ?? null;
}

/** The objects at a dotted path: of arrays the elements, anything else left out. */
export function objectsAt(record: unknown, path: string): readonly RawRecord[] {
  return resolvePath(record, path.split(".")).values.filter(isObject);
}
