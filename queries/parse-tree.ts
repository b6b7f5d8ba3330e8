import { usageError } from "../core/errors.ts";

/**
 * What the engine's `json_serialize_sql` gave. Locations, which may be the largest integer of 64 bits and would not come back
 * from a double, are 0. A number beyond every double stands there as `Infinity`, which is no JSON: throws `cli.usage`.
 */
export function parseTree(text: unknown): unknown {
  try {
    return JSON.parse(String(text), (key, value: unknown) => (key === "query_location" ? 0 : value));
  } catch {
    throw usageError(
      "the SQL text holds a number that is too large",
      "write CAST('Infinity' AS DOUBLE) where it is meant",
    );
  }
}
