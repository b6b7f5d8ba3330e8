import { type CallPrinter, type FunctionRule, scalar } from "../function-rule.ts";
import { jsonPaths } from "../json-paths.ts";
import { unsupported } from "../refuse.ts";

const PATH_NOTE = 'the path is a literal: $.name, ["name"], [0]';

/** Conditions, numbers, JSON and addresses. */
export const VALUE_FUNCTIONS: readonly FunctionRule[] = [
  { ...scalar("coalesce", 2, 50), print: ({ args }) => `coalesce(${args.join(", ")})` },
  { ...scalar("nullif", 2), print: ({ args: [left, right] }) => `nullif(trino_plain(${left}), ${right})` },
  {
    ...scalar("if", 2, 3),
    print: ({ args: [condition, yes, no] }) =>
      `CASE WHEN ${condition} THEN ${yes}${no === undefined ? "" : ` ELSE ${no}`} END`,
  },
  { ...scalar("greatest", 1, 20, "NULL where an argument is NULL"), print: (p) => extreme(p, "greatest") },
  { ...scalar("least", 1, 20, "NULL where an argument is NULL"), print: (p) => extreme(p, "least") },
  scalar("abs", 1),
  scalar("ceil", 1),
  { ...scalar("ceiling", 1), print: (p) => p.macro("trino_ceil", ...p.args) },
  scalar("floor", 1),
  scalar("round", 1, 2, "of doubles and integers; decimals are refused"),
  scalar("truncate", 1),
  scalar("sign", 1),
  scalar("mod", 2),
  scalar("power", 2),
  { ...scalar("pow", 2), print: (p) => p.macro("trino_power", ...p.args) },
  scalar("sqrt", 1),
  scalar("exp", 1),
  scalar("ln", 1),
  scalar("log2", 1),
  scalar("log10", 1),
  scalar("bitwise_and", 2),
  scalar("bitwise_or", 2),
  scalar("bitwise_xor", 2),
  scalar("bitwise_not", 1),
  scalar("from_base", 2, 2, "radix 16 only"),
  scalar("to_base", 2, 2, "numbers from 0 on"),
  {
    ...scalar("json_extract_scalar", 2, 2, PATH_NOTE),
    print: (p) => jsonCall(p, "trino_json_scalar"),
  },
  { ...scalar("json_extract", 2, 2, PATH_NOTE), print: (p) => jsonCall(p, "trino_json") },
  { ...scalar("json_array_length", 1), print: (p) => `trino_json_array_length(${jsonText(p)})` },
  scalar("json_format", 1, 1, "of what json_extract gave"),
  {
    ...scalar(
      "json_parse",
      1,
      1,
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
