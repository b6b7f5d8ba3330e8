import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { jsonPaths } from "../json-paths.ts";
import { unsupported } from "../refuse.ts";

const PATH_NOTE = 'the path is a literal: $.name, ["name"], [0]';

const NUMBERS = ["(integer) -> integer", "(bigint) -> bigint", "(double) -> double"];

/** Conditions, numbers, JSON and addresses. */
export const VALUE_FUNCTIONS: readonly FunctionRule[] = [
  { ...scalar("coalesce", "(T, T, ...) -> T"), print: ({ args }) => `coalesce(${args.join(", ")})` },
  {
    ...scalar("nullif", "(T, U) -> T"),
    print: ({ args: [left, right] }) => `nullif(${left}, ${right})`,
    compares: true,
  },
  {
    ...scalar("if", ["(boolean, T) -> T", "(boolean, T, T) -> T"]),
    print: ({ args: [condition, yes, no] }) =>
      `CASE WHEN ${condition} THEN ${yes}${no === undefined ? "" : ` ELSE ${no}`} END`,
  },
  {
    ...scalar("greatest", "(O, ...) -> O", "NULL where an argument is NULL"),
    print: (p) => extreme(p, "greatest"),
    compares: true,
  },
  {
    ...scalar("least", "(O, ...) -> O", "NULL where an argument is NULL"),
    print: (p) => extreme(p, "least"),
    compares: true,
  },
  { ...scalar("abs", [...NUMBERS, "(decimal) -> decimal"]), print: ({ args }) => `abs(${args.join("")})` },
  { ...scalar("ceil", [...NUMBERS, "(decimal) -> refused decimal"]), print: (p) => rounded(p, "ceil") },
  { ...scalar("ceiling", [...NUMBERS, "(decimal) -> refused decimal"]), print: (p) => rounded(p, "ceil") },
  { ...scalar("floor", [...NUMBERS, "(decimal) -> refused decimal"]), print: (p) => rounded(p, "floor") },
  {
    ...scalar(
      "round",
      [
        ...NUMBERS,
        "(decimal) -> refused decimal",
        "(double, integer) -> double",
        "(integer, integer) -> refused integer",
        "(bigint, integer) -> refused bigint",
        "(decimal, integer) -> refused decimal",
      ],
      "of doubles and integers; decimals are refused",
    ),
    print: (p) => rounded(p, "round"),
  },
  {
    ...scalar("truncate", ["(double) -> double", "(decimal) -> refused decimal"]),
    print: ({ args }) => `trunc(${args.join("")})`,
  },
  {
    ...scalar("sign", [...NUMBERS, "(decimal) -> refused decimal"]),
    print: ({ args, type }) => `CAST(sign(${args.join("")}) AS ${type.kind.toUpperCase()})`,
  },
  {
    ...scalar("mod", [
      "(integer, integer) -> integer",
      "(bigint, bigint) -> bigint",
      "(double, double) -> double",
      "(decimal, decimal) -> refused decimal",
    ]),
    print: ({ args, type }) => `trino_mod${type.kind === "double" ? "_double" : ""}(${args.join(", ")})`,
  },
  scalar("power", "(double, double) -> double"),
  { ...scalar("pow", "(double, double) -> double"), print: ({ args }) => `trino_power(${args.join(", ")})` },
  scalar("sqrt", "(double) -> double"),
  { ...scalar("pi", "() -> double"), print: () => "pi()" },
  { ...scalar("degrees", "(double) -> double"), print: ({ args }) => `degrees(${args.join("")})` },
  { ...scalar("radians", "(double) -> double"), print: ({ args }) => `radians(${args.join("")})` },
  { ...scalar("is_nan", "(double) -> boolean"), print: ({ args }) => `isnan(${args.join("")})` },
  { ...scalar("is_finite", "(double) -> boolean"), print: ({ args }) => `isfinite(${args.join("")})` },
  { ...scalar("is_infinite", "(double) -> boolean"), print: ({ args }) => `isinf(${args.join("")})` },
  scalar("width_bucket", ["(double, double, double, bigint) -> bigint", "(double, array(double)) -> refused bigint"]),
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
    refuses: (_types, [text]) =>
      text?.kind === "unknown" ? { what: "NULL without a type as JSON", instead: "write CAST(NULL AS varchar)" } : null,
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

/** Whole numbers are what they are; DuckDB would make doubles of them. */
function rounded({ args, type }: CallPrinter, name: string): string {
  return type.kind === "double" ? `${name}(${args.join(", ")})` : args.join("");
}

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
