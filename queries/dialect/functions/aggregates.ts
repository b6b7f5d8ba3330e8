import { duckDbTypeOf } from "../convert-sql.ts";
import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { isComposed, type Type } from "../types/type.ts";

function aggregate(
  name: string,
  signatures: string | readonly string[],
  rest: Partial<FunctionRule> = {},
): FunctionRule {
  return { ...scalar(name, signatures), kind: "aggregate", ...rest };
}

function windowed(name: string, signatures: string | readonly string[]): FunctionRule {
  return { ...scalar(name, signatures), kind: "window", print: (p) => `${name}(${p.args.join(", ")}` };
}

/** A plain aggregate under DuckDB's name; DISTINCT and ORDER BY are added by the printer after the opening bracket. */
function as(name: string, arrange: (printer: CallPrinter) => string = (p) => p.args.join(", ")) {
  return (printer: CallPrinter) => `${name}(${printer.call.distinct ? "DISTINCT " : ""}${arrange(printer)}`;
}

/** Arrays and rows with NULLs inside have no order on Trino. */
function refusesComposedKey([, key]: readonly Type[]) {
  if (key === undefined || !isComposed(key)) return null;
  return { what: "a comparison of rows or arrays", instead: "compare their parts" };
}

/** Aggregates and window functions. */
export const AGGREGATE_FUNCTIONS: readonly FunctionRule[] = [
  aggregate("count", ["() -> bigint", "(T) -> bigint"], {
    print: as("count", (p) => (p.call.star ? "*" : p.args.join(""))),
  }),
  aggregate("count_if", "(boolean) -> bigint", { print: as("count", (p) => `CASE WHEN ${p.arg(0)} THEN 1 END`) }),
  aggregate(
    "sum",
    [
      "(bigint) -> bigint",
      "(double) -> double",
      "(decimal) -> decimal",
      "(interval day to second) -> refused interval day to second",
      "(interval year to month) -> refused interval year to month",
    ],
    {
      print: as("sum"),
      resultOf: (type) => (type.kind === "decimal" ? { ...type, precision: 38 } : type),
      wrap: (sql, p) => `CAST(${sql} AS ${duckDbTypeOf(p.type)})`,
    },
  ),
  aggregate(
    "avg",
    [
      "(bigint) -> double",
      "(double) -> double",
      "(decimal) -> refused decimal",
      "(interval day to second) -> refused interval day to second",
      "(interval year to month) -> refused interval year to month",
    ],
    {
      print: as("avg", (p) => `CAST(${p.arg(0)} AS DOUBLE)`),
      note: "of decimals is refused",
    },
  ),
  aggregate("min", "(O) -> O", { print: as("min"), compares: true }),
  aggregate("max", "(O) -> O", { print: as("max"), compares: true }),
  aggregate("min_by", "(V, O) -> V", {
    print: as("arg_min_null"),
    refuses: refusesComposedKey,
    note: "of equal keys, either row",
  }),
  aggregate("max_by", "(V, O) -> V", {
    print: as("arg_max_null"),
    refuses: refusesComposedKey,
    note: "of equal keys, either row",
  }),
  aggregate("arbitrary", "(T) -> T", { print: as("any_value"), note: "which value it is differs by engine" }),
  aggregate("any_value", "(T) -> T", { print: as("any_value"), note: "which value it is differs by engine" }),
  aggregate("array_agg", "(T) -> array(T)", { print: as("list"), note: "in no order unless ORDER BY is inside" }),
  aggregate("map_agg", "(K, V) -> map(K, V)", {
    print: as(
      "list",
      (p) => `CASE WHEN ${p.arg(0)} IS NOT NULL THEN struct_pack("key" := ${p.arg(0)}, "value" := ${p.arg(1)}) END`,
    ),
    wrap: (sql) => `trino_map_agg(${sql})`,
    note: "of a key with several values, which one it keeps differs by engine",
  }),
  aggregate("listagg", ["(varchar) -> varchar", "(varchar, varchar) -> varchar"], {
    print: as("string_agg", (p) => `${p.arg(0)}, ${p.args[1] ?? "''"}`),
    note: "with WITHIN GROUP (ORDER BY ...)",
  }),
  aggregate("bitwise_and_agg", "(bigint) -> bigint", { print: as("bit_and") }),
  aggregate("bitwise_or_agg", "(bigint) -> bigint", { print: as("bit_or") }),
  aggregate("bool_and", "(boolean) -> boolean", { print: as("bool_and") }),
  aggregate("bool_or", "(boolean) -> boolean", { print: as("bool_or") }),
  aggregate("every", "(boolean) -> boolean", { print: as("bool_and") }),
  aggregate("approx_distinct", "(T) -> bigint", {
    print: (p) => `count(DISTINCT ${p.arg(0)}`,
    note: "exact here; Athena's is within 2.3 % of it",
  }),
  aggregate(
    "approx_percentile",
    [
      "(bigint, double) -> bigint",
      "(double, double) -> double",
      "(real, double) -> refused real",
      "(bigint, array(double)) -> refused array(bigint)",
      "(double, array(double)) -> refused array(double)",
      "(real, array(double)) -> refused array(real)",
    ],
    {
      print: as("list", (p) => p.arg(0)),
      wrap: (sql, p) => `trino_nth(${sql}, ${p.arg(1)})`,
      note: "exact here; Athena's is within its sketch's error of it",
    },
  ),
  aggregate("stddev", ["(bigint) -> double", "(double) -> double"], { print: as("stddev_samp") }),
  aggregate("stddev_samp", ["(bigint) -> double", "(double) -> double"], { print: as("stddev_samp") }),
  aggregate("stddev_pop", ["(bigint) -> double", "(double) -> double"], { print: as("stddev_pop") }),
  aggregate("variance", ["(bigint) -> double", "(double) -> double"], { print: as("var_samp") }),
  aggregate("var_samp", ["(bigint) -> double", "(double) -> double"], { print: as("var_samp") }),
  aggregate("var_pop", ["(bigint) -> double", "(double) -> double"], { print: as("var_pop") }),
  {
    ...scalar("grouping", "(any, ...) -> integer"),
    print: ({ args }) => `CAST(grouping(${args.join(", ")}) AS INTEGER)`,
  },
  windowed("row_number", "() -> bigint"),
  windowed("rank", "() -> bigint"),
  windowed("dense_rank", "() -> bigint"),
  windowed("percent_rank", "() -> double"),
  windowed("cume_dist", "() -> double"),
  windowed("ntile", "(bigint) -> bigint"),
  windowed("lag", ["(T) -> T", "(T, bigint) -> T", "(T, bigint, T) -> T"]),
  windowed("lead", ["(T) -> T", "(T, bigint) -> T", "(T, bigint, T) -> T"]),
  windowed("first_value", "(T) -> T"),
  windowed("last_value", "(T) -> T"),
  windowed("nth_value", "(T, bigint) -> T"),
];
