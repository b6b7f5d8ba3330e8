import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";

function aggregate(name: string, least: number, most = least, rest: Partial<FunctionRule> = {}): FunctionRule {
  return { ...scalar(name, least, most), kind: "aggregate", ...rest };
}

function windowed(name: string, least: number, most = least): FunctionRule {
  return { ...scalar(name, least, most), kind: "window", print: (p) => `${name}(${p.args.join(", ")}` };
}

/** A plain aggregate under DuckDB's name; DISTINCT and ORDER BY are added by the printer after the opening bracket. */
function as(name: string, arrange: (printer: CallPrinter) => string = (p) => p.args.join(", ")) {
  return (printer: CallPrinter) => `${name}(${printer.call.distinct ? "DISTINCT " : ""}${arrange(printer)}`;
}

/** Aggregates and window functions. */
export const AGGREGATE_FUNCTIONS: readonly FunctionRule[] = [
  aggregate("count", 0, 1, { print: as("count", (p) => (p.call.star ? "*" : p.args.join(""))) }),
  aggregate("count_if", 1, 1, { print: as("count", (p) => `CASE WHEN ${p.arg(0)} THEN 1 END`) }),
  aggregate("sum", 1, 1, { print: as("sum"), wrap: "trino_sum" }),
  aggregate("avg", 1, 1, {
    print: as("avg", (p) => p.macro("trino_avg_of", p.arg(0))),
    note: "of decimals is refused",
  }),
  aggregate("min", 1, 1, { print: as("min") }),
  aggregate("max", 1, 1, { print: as("max") }),
  aggregate("min_by", 2, 2, { print: as("arg_min_null"), note: "of equal keys, either row" }),
  aggregate("max_by", 2, 2, { print: as("arg_max_null"), note: "of equal keys, either row" }),
  aggregate("arbitrary", 1, 1, { print: as("any_value"), note: "which value it is differs by engine" }),
  aggregate("any_value", 1, 1, { print: as("any_value"), note: "which value it is differs by engine" }),
  aggregate("array_agg", 1, 1, { print: as("list"), note: "in no order unless ORDER BY is inside" }),
  aggregate("map_agg", 2, 2, {
    print: as(
      "list",
      (p) => `CASE WHEN ${p.arg(0)} IS NOT NULL THEN struct_pack("key" := ${p.arg(0)}, "value" := ${p.arg(1)}) END`,
    ),
    wrap: "trino_map_agg",
    note: "of a key with several values, which one it keeps differs by engine",
  }),
  aggregate("listagg", 1, 2, {
    print: as("string_agg", (p) => `${p.arg(0)}, ${p.args[1] ?? "''"}`),
    note: "with WITHIN GROUP (ORDER BY ...)",
  }),
  aggregate("bool_and", 1, 1, { print: as("bool_and") }),
  aggregate("bool_or", 1, 1, { print: as("bool_or") }),
  aggregate("every", 1, 1, { print: as("bool_and") }),
  aggregate("approx_distinct", 1, 1, {
    print: (p) => `count(DISTINCT ${p.arg(0)}`,
    note: "exact here; Athena's is within 2.3 % of it",
  }),
  aggregate("approx_percentile", 2, 2, {
    print: as("list", (p) => p.arg(0)),
    wrap: "trino_percentile",
    wrapped: (p) => [p.arg(1)],
    note: "exact here; Athena's is within its sketch's error of it",
  }),
  aggregate("stddev", 1, 1, { print: as("stddev_samp") }),
  aggregate("stddev_samp", 1, 1, { print: as("stddev_samp") }),
  aggregate("stddev_pop", 1, 1, { print: as("stddev_pop") }),
  aggregate("variance", 1, 1, { print: as("var_samp") }),
  aggregate("var_samp", 1, 1, { print: as("var_samp") }),
  aggregate("var_pop", 1, 1, { print: as("var_pop") }),
  { ...scalar("grouping", 1, 20), print: ({ args }) => `CAST(grouping(${args.join(", ")}) AS INTEGER)` },
  windowed("row_number", 0),
  windowed("rank", 0),
  windowed("dense_rank", 0),
  windowed("percent_rank", 0),
  windowed("cume_dist", 0),
  windowed("ntile", 1),
  windowed("lag", 1, 3),
  windowed("lead", 1, 3),
  windowed("first_value", 1),
  windowed("last_value", 1),
  windowed("nth_value", 2),
];
