import type { FieldPath } from "./ir.ts";

/** What a path leads to in one record. */
export interface Resolved {
  /** The path is there, whatever it holds. */
  readonly isPresent: boolean;
  /** Null, scalars and objects; of an array its elements, except those that are arrays themselves. */
  readonly values: readonly unknown[];
}

/** Follows a path through a raw record. An array on the way stands for each of its elements, one level deep. */
export function resolvePath(record: unknown, path: FieldPath): Resolved {
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
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
