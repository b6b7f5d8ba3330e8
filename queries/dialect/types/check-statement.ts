/**
 * A parsed text in; its types out, or a refusal with its place, what Trino would say, and what to write instead. A text that
 * passes means something on Trino; DuckDB, which converts more by itself, is given nothing else.
 */
import type { ParameterType } from "../../saved-query.ts";
import { unsupported } from "../refuse.ts";
import type { Query } from "../syntax.ts";
import { checkQuery } from "./check-query.ts";
import { type Checker, placeOf, type TableColumns } from "./checker.ts";
import { type Field, NO_SCOPE } from "./scope.ts";
import { typeText } from "./type.ts";

/** Checks a query. Throws `dialect.meaning`, `dialect.unsupported` and `dialect.syntax`. */
export function checkStatement(
  query: Query,
  text: string,
  parameters: ReadonlyMap<string, ParameterType>,
  tables: TableColumns,
): { readonly checker: Checker; readonly columns: readonly Field[] } {
  const checker: Checker = {
    text,
    parameters,
    tables,
    types: new Map(),
    fields: new Map(),
    bindings: new Map(),
    conversions: new Map(),
    work: { expressions: 0, fields: 0 },
    sizes: new WeakMap(),
    query: checkQuery,
  };
  const columns = checkQuery(query, NO_SCOPE, checker);
  for (const { name, type } of columns) {
    if (!/\b(ipaddress|interval)\b/.test(typeText(type))) continue;
    const what = `${type.kind} as a result${name === null ? "" : `, ${name}`}`;
    throw unsupported(what, placeOf(checker, query), "write CAST(... AS varchar); of an interval, date_diff");
  }
  return { checker, columns };
}
