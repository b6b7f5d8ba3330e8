import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { jsonPaths } from "../json-paths.ts";
import { unsupported } from "../refuse.ts";

const PATH_NOTE = 'the path is a literal: $.name, ["name"], [0]';

/** Conditions, numbers, JSON and addresses. */
export const VALUE_FUNCTIONS: readonly FunctionRule[] = [
  { ...scalar("coalesce", "(T, T, ...) -> T"), print: ({ args }) => `coalesce(${args.join(", ")})` },
  { ...scalar("nullif", "(T, U) -> T"), print: ({ args: [left, right] }) => `nullif(trino_plain(${left}), ${right})` },
  {
    ...scalar("if", ["(boolean, T) -> T", "(boolean, T, T) -> T"]),
    print: ({ args: [condition, yes, no] }) =>
      `CASE WHEN ${condition} THEN ${yes}${no === undefined ? "" : ` ELSE ${no}`} END`,
  },
  { ...scalar("greatest", "(O, ...) -> O", "NULL where an argument is NULL"), print: (p) => extreme(p, "greatest") },
  { ...scalar("least", "(O, ...) -> O", "NULL where an argument is NULL"), print: (p) => extreme(p, "least") },
  scalar("abs", ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double", "(decimal) -> refused"]),
  scalar("ceil", ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double", "(decimal) -> refused"]),
  {
    ...scalar("ceiling", ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double", "(decimal) -> refused"]),
    print: (p) => p.macro("trino_ceil", ...p.args),
  },
  scalar("floor", ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double", "(decimal) -> refused"]),
  scalar(
    "round",
    [
      "(integer) -> integer",
      "(bigint) -> bigint",
      "(double) -> double",
      "(decimal) -> refused",
      "(double, integer) -> double",
      "(integer, integer) -> refused",
      "(bigint, integer) -> refused",
      "(decimal, integer) -> refused",
    ],
    "of doubles and integers; decimals are refused",
  ),
  scalar("truncate", ["(double) -> double", "(decimal) -> refused"]),
  scalar("sign", ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double", "(decimal) -> refused"]),
  scalar("mod", [
    "(integer, integer) -> integer",
    "(bigint, bigint) -> bigint",
    "(double, double) -> double",
    "(decimal, decimal) -> refused",
  ]),
  scalar("power", "(double, double) -> double"),
  { ...scalar("pow", "(double, double) -> double"), print: (p) => p.macro("trino_power", ...p.args) },
  scalar("sqrt", "(double) -> double"),
  scalar("exp", "(double) -> double"),
  scalar("ln", "(double) -> double"),
  scalar("log2", "(double) -> double"),
  scalar("log10", "(double) -> double"),
  scalar("bitwise_and", "(bigint, bigint) -> bigint"),
  scalar("bitwise_or", "(bigint, bigint) -> bigint"),
  scalar("bitwise_xor", "(bigint, bigint) -> bigint"),
  scalar("bitwise_not", "(bigint) -> bigint"),
  scalar("from_base", "(varchar, bigint) -> bigint", "radix 16 only"),
  scalar("to_base", "(bigint, bigint) -> varchar", "numbers from 0 on"),
  {
    ...scalar("json_extract_scalar", ["(varchar, varchar) -> varchar", "(json, varchar) -> varchar"], PATH_NOTE),
    print: (p) => jsonCall(p, "trino_json_scalar"),
  },
  {
    ...scalar("json_extract", ["(varchar, varchar) -> json", "(json, varchar) -> json"], PATH_NOTE),
    print: (p) => jsonCall(p, "trino_json"),
  },
  {
    ...scalar("json_array_length", ["(varchar) -> bigint", "(json) -> bigint"]),
    print: (p) => `trino_json_array_length(${jsonText(p)})`,
  },
  scalar("json_format", "(json) -> varchar", "of what json_extract gave"),
  {
    ...scalar(
      "json_parse",
      "(varchar) -> json",
      "inside json_extract_scalar, json_array_length, or a CAST to array(varchar) or map(varchar, varchar)",
    ),
    print: ({ place }) => {
      throw unsupported("json_parse here", place, "json_extract and json_extract_scalar take text as it is");
    },
  },
];

/** DuckDB's greatest and least pass over NULLs. */
function extreme({ args }: CallPrinter, name: string): string {
  return `CASE WHEN ${args.map((each) => `${each} IS NULL`).join(" OR ")} THEN NULL ELSE ${name}(${args.join(", ")}) END`;
}

function jsonCall(printer: CallPrinter, macro: string): string {
  const { paths, mark, isOne } = jsonPaths(printer.literal(1, "the path"), printer.place);
  return `${macro}${isOne ? "" : "_any"}(${jsonText(printer)}, ${paths}, ${mark})`;
}

/** Trino's json_parse sorts the keys of objects, which shows where an object is given back. */
function jsonText({ call, arg, print }: CallPrinter): string {
  const [first] = call.args;
  if (call.name === "json_extract" || first?.kind !== "call" || first.name !== "json_parse" || first.args.length !== 1)
    return arg(0);
  return `trino_json_parse(${first.args.map(print).join("")})`;
}
