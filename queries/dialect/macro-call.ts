/**
 * DuckDB chooses among a macro's readings when it expands it, before it knows the type of an aggregate, a window function or
 * a column of the query around. So there the value goes through a lambda, whose parameter has its type by then.
 */
import { CHOOSING_MACROS } from "./macros.ts";

/** A macro's call. `late`: the type of an argument may not be known yet. */
export function macroCall(name: string, args: readonly string[], late: boolean): string {
  if (!late || !CHOOSING_MACROS.has(name)) return `${name}(${args.join(", ")})`;
  const [only = ""] = args;
  if (args.length === 1) return `list_transform([${only}], lambda "late v": ${name}("late v"))[1]`;
  const parts = args.map((_, index) => `struct_extract_at("late v", ${index + 1})`);
  return `list_transform([row(${args.join(", ")})], lambda "late v": ${name}(${parts.join(", ")}))[1]`;
}
