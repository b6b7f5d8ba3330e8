import { quoteAthenaParameter } from "../../core/athena-parameter.ts";
import { usageError } from "../../core/errors.ts";
import type { QueryValue } from "../../core/query-engine.ts";
import type { SqlParams } from "../../core/sql-engine.ts";
import { sqlTokens } from "../../core/sql-tokens.ts";

/** A text with `?` in the place of each name, and the values in the order in which they stand. */
export interface BoundSql {
  readonly sql: string;
  readonly values: readonly QueryValue[];
}

/** Words before a number that Athena takes from the text only. */
const LITERAL_AFTER = new Set(["LIMIT", "OFFSET", "FIRST", "NEXT"]);

/** Replaces `$name` by `?`; a name may stand several times. Quotes and comments stay as they are. Throws `cli.usage`. */
export function bindNames(sql: string, params: SqlParams): BoundSql {
  const values: QueryValue[] = [];
  let text = "";
  let end = 0;
  let before = "";
  for (const token of sqlTokens(sql)) {
    if (token.kind === "parameter") {
      const name = token.text.slice(1);
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      if (value === undefined)
        throw usageError("the SQL text names a parameter that has no value", undefined, { name });
      const isLiteral = LITERAL_AFTER.has(before);
      text += sql.slice(end, token.start) + (isLiteral ? quoteAthenaParameter(value) : "?");
      end = token.end;
      if (!isLiteral) values.push(value);
    }
    if (token.kind !== "comment") before = token.text.toUpperCase();
  }
  return { sql: text + sql.slice(end), values };
}
