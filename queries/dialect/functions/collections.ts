import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";

/** Arrays, maps and lambdas. */
export const COLLECTION_FUNCTIONS: readonly FunctionRule[] = [
  {
    ...scalar("cardinality", 1, 1, "of arrays and maps"),
    print: (p) => p.macro("trino_size", p.arg(0), p.arg(0)),
  },
  scalar("element_at", 2, 2, "of arrays and maps"),
  scalar("contains", 2, 2, "an array and an element, or a network and an IPADDRESS"),
  scalar("array_join", 2, 3, "of text"),
  scalar("array_distinct", 1),
  { ...scalar("array_sort", 1), print: ({ args }) => `list_sort(${args.join("")}, 'ASC', 'NULLS LAST')` },
  scalar("array_position", 2),
  scalar("array_remove", 2),
  scalar("array_max", 1),
  scalar("array_min", 1),
  scalar("array_union", 2),
  scalar("array_intersect", 2),
  scalar("array_except", 2),
  scalar("arrays_overlap", 2),
  { ...scalar("flatten", 1), print: ({ args }) => `flatten(${args.join("")})` },
  scalar("slice", 3),
  scalar("sequence", 2, 3, "of integers"),
  scalar("repeat", 2),
  { ...scalar("map", 2), print: ({ args }) => `map(${args.join(", ")})` },
  {
    ...scalar("map_keys", 1, 1, "of map_agg in no order: sort them"),
    print: ({ args }) => `map_keys(${args.join("")})`,
  },
  {
    ...scalar("map_values", 1, 1, "of map_agg in no order: sort them"),
    print: ({ args }) => `map_values(${args.join("")})`,
  },
  { ...scalar("map_concat", 2, 10), print: ({ args }) => `map_concat(${args.join(", ")})` },
  { ...scalar("transform", 2), print: (p) => `list_transform(${p.arg(0)}, ${p.lambda(1, 1)})` },
  { ...scalar("filter", 2), print: (p) => `list_filter(${p.arg(0)}, ${p.lambda(1, 1)})` },
  { ...scalar("any_match", 2), print: (p) => `trino_any(${truths(p)})` },
  { ...scalar("all_match", 2), print: (p) => `trino_all(${truths(p)})` },
  { ...scalar("none_match", 2), print: (p) => `(NOT trino_any(${truths(p)}))` },
  {
    ...scalar("reduce", 4, 4, "the state has the elements' type"),
    print: (p) => p.body(3, [`list_reduce(${p.arg(0)}, ${p.lambda(2, 2)}, ${p.arg(1)})`]),
  },
  {
    ...scalar("zip_with", 3),
    print: (p) => {
      const [left, right] = [p.arg(0), p.arg(1)];
      const zipped = `CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE list_zip(${left}, ${right}) END`;
      return eachOf(p, zipped, "list_transform", 2, (each) => [`${each}[1]`, `${each}[2]`]);
    },
  },
  {
    ...scalar("map_filter", 2),
    print: (p) => `map_from_entries(${eachOf(p, `map_entries(${p.arg(0)})`, "list_filter", 1, entry)})`,
  },
  {
    ...scalar("transform_values", 2),
    print: (p) => `map(map_keys(${p.arg(0)}), ${eachOf(p, `map_entries(${p.arg(0)})`, "list_transform", 1, entry)})`,
  },
  {
    ...scalar("transform_keys", 2),
    print: (p) => `map(${eachOf(p, `map_entries(${p.arg(0)})`, "list_transform", 1, entry)}, map_values(${p.arg(0)}))`,
  },
];

function truths(printer: CallPrinter): string {
  return `list_transform(${printer.arg(0)}, ${printer.lambda(1, 1)})`;
}

function entry(element: string): readonly string[] {
  return [`${element}.key`, `${element}.value`];
}

/** A lambda of several parameters over one list of their tuples. */
function eachOf(
  printer: CallPrinter,
  list: string,
  verb: "list_transform" | "list_filter",
  lambda: number,
  parts: (element: string) => readonly string[],
): string {
  const element = `"lambda ${printer.context.lambdas.length + 1}"`;
  return `${verb}(${list}, lambda ${element}: ${printer.body(lambda, parts(element))})`;
}
