import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { isComposed, type Type } from "../types/type.ts";

/** Arrays, maps and lambdas. */
export const COLLECTION_FUNCTIONS: readonly FunctionRule[] = [
  {
    ...scalar("cardinality", ["(array(E)) -> bigint", "(map(K, V)) -> bigint"], "of arrays and maps"),
    print: (p) => `CAST(${p.types[0]?.kind === "map" ? "cardinality" : "len"}(${p.arg(0)}) AS BIGINT)`,
  },
  {
    ...scalar("element_at", ["(array(E), bigint) -> E", "(map(K, V), K) -> V"], "of arrays and maps"),
    print: (p) => (p.types[0]?.kind === "map" ? `${p.arg(0)}[${p.arg(1)}]` : `trino_element_at(${p.args.join(", ")})`),
  },
  {
    ...scalar(
      "contains",
      ["(array(T), T) -> boolean", "(varchar, ipaddress) -> boolean"],
      "an array and an element, or a network and an IPADDRESS",
    ),
    refuses: ([, element]) =>
      element !== undefined && isComposed(element)
        ? { what: "a comparison of rows or arrays", instead: "compare their parts" }
        : null,
    print: (p) => `${p.types[0]?.kind === "array" ? "trino_list_contains" : "trino_ip_in"}(${p.args.join(", ")})`,
  },
  {
    ...scalar("array_join", ["(array(E), varchar) -> varchar", "(array(E), varchar, varchar) -> varchar"], "of text"),
    print: (p) => {
      if (p.call.args[1]?.kind === "string") return `trino_array_join(${p.args.join(", ")})`;
      const texts = p.args.length === 2 ? `trino_known(${p.arg(0)})` : `trino_filled(${p.arg(0)}, ${p.arg(2)})`;
      return `trino_array_join_by(${texts}, ${p.arg(1)})`;
    },
  },
  scalar("array_distinct", "(array(E)) -> array(E)"),
  {
    ...scalar("array_sort", "(array(O)) -> array(O)"),
    refuses: refusesComposedElements,
    print: ({ args }) => `list_sort(${args.join("")}, 'ASC', 'NULLS LAST')`,
  },
  scalar("array_position", "(array(T), T) -> bigint"),
  scalar("array_remove", "(array(T), T) -> array(T)"),
  { ...scalar("array_max", "(array(O)) -> O"), refuses: refusesComposedElements },
  { ...scalar("array_min", "(array(O)) -> O"), refuses: refusesComposedElements },
  scalar("array_union", "(array(E), array(E)) -> array(E)"),
  scalar("array_intersect", "(array(E), array(E)) -> array(E)"),
  scalar("array_except", "(array(E), array(E)) -> array(E)"),
  scalar("arrays_overlap", "(array(E), array(E)) -> boolean"),
  { ...scalar("flatten", "(array(array(E))) -> array(E)"), print: ({ args }) => `flatten(${args.join("")})` },
  scalar("slice", "(array(E), bigint, bigint) -> array(E)"),
  scalar(
    "sequence",
    [
      "(bigint, bigint) -> array(bigint)",
      "(bigint, bigint, bigint) -> array(bigint)",
      "(date, date) -> refused array(date)",
      "(date, date, interval day to second) -> refused array(date)",
      "(date, date, interval year to month) -> refused array(date)",
      "(timestamp, timestamp, interval day to second) -> refused array(timestamp)",
      "(timestamp, timestamp, interval year to month) -> refused array(timestamp)",
    ],
    "of integers",
  ),
  scalar("repeat", "(T, bigint) -> array(T)"),
  { ...scalar("map", "(array(K), array(V)) -> map(K, V)"), print: ({ args }) => `map(${args.join(", ")})` },
  {
    ...scalar("map_keys", "(map(K, V)) -> array(K)", "of map_agg in no order: sort them"),
    print: ({ args }) => `map_keys(${args.join("")})`,
  },
  {
    ...scalar("map_values", "(map(K, V)) -> array(V)", "of map_agg in no order: sort them"),
    print: ({ args }) => `map_values(${args.join("")})`,
  },
  {
    ...scalar("map_concat", "(map(K, V), map(K, V), ...) -> map(K, V)"),
    print: ({ args }) =>
      `CASE WHEN ${args.map((each) => `${each} IS NULL`).join(" OR ")} THEN NULL ELSE map_concat(${args.join(", ")}) END`,
  },
  {
    ...scalar("transform", "(array(T), function(T, U)) -> array(U)"),
    print: (p) => `list_transform(${p.arg(0)}, ${p.lambda(1, 1)})`,
  },
  {
    ...scalar("filter", "(array(T), function(T, boolean)) -> array(T)"),
    print: (p) => `list_filter(${p.arg(0)}, ${p.lambda(1, 1)})`,
  },
  { ...scalar("any_match", "(array(T), function(T, boolean)) -> boolean"), print: (p) => `trino_any(${truths(p)})` },
  { ...scalar("all_match", "(array(T), function(T, boolean)) -> boolean"), print: (p) => `trino_all(${truths(p)})` },
  {
    ...scalar("none_match", "(array(T), function(T, boolean)) -> boolean"),
    print: (p) => `(NOT trino_any(${truths(p)}))`,
  },
  {
    ...scalar("reduce", "(array(T), S, function(S, T, S), function(S, R)) -> R", "the state has the elements' type"),
    print: (p) => p.body(3, [`list_reduce(${p.arg(0)}, ${p.lambda(2, 2)}, ${p.arg(1)})`]),
  },
  {
    ...scalar("zip_with", "(array(T), array(U), function(T, U, R)) -> array(R)"),
    print: (p) => {
      const [left, right] = [p.arg(0), p.arg(1)];
      const zipped = `CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE list_zip(${left}, ${right}) END`;
      return eachOf(p, zipped, "list_transform", 2, (each) => [`${each}[1]`, `${each}[2]`]);
    },
  },
  {
    ...scalar("map_filter", "(map(K, V), function(K, V, boolean)) -> map(K, V)"),
    print: (p) => `map_from_entries(${eachOf(p, `map_entries(${p.arg(0)})`, "list_filter", 1, entry)})`,
  },
  {
    ...scalar("transform_values", "(map(K, V), function(K, V, W)) -> map(K, W)"),
    print: (p) => `map(map_keys(${p.arg(0)}), ${eachOf(p, `map_entries(${p.arg(0)})`, "list_transform", 1, entry)})`,
  },
  {
    ...scalar("transform_keys", "(map(K, V), function(K, V, L)) -> map(L, V)"),
    print: (p) => `map(${eachOf(p, `map_entries(${p.arg(0)})`, "list_transform", 1, entry)}, map_values(${p.arg(0)}))`,
  },
];

/** Arrays and rows with NULLs inside have no order on Trino. */
function refusesComposedElements([list]: readonly Type[]) {
  if (list?.kind !== "array" || !isComposed(list.element)) return null;
  return { what: "a comparison of rows or arrays", instead: "compare their parts" };
}

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
