import { LogkeepError } from "../../core/errors.ts";

/** Where something stands in a text: the offset of its first character. */
export interface Place {
  readonly text: string;
  readonly offset: number;
}

/**
 * The text is Athena's SQL, and this program has no proof that DuckDB would give it the same meaning: so it is not run.
 * `what` is the function, type or form; `instead` says what to write.
 */
export function unsupported(what: string, place: Place, instead: string): LogkeepError {
  return new LogkeepError({
    code: "dialect.unsupported",
    message: "the query uses something of Athena's SQL that is not supported on this engine",
    facts: { what: what.slice(0, 80), ...positionOf(place) },
    hint: instead,
  });
}

/** The text is not Athena's SQL. `what` says what is wrong, in words of ours. */
export function syntaxError(what: string, place: Place): LogkeepError {
  return new LogkeepError({
    code: "dialect.syntax",
    message: "the query is not valid SQL of Athena",
    facts: { what, ...positionOf(place) },
    hint: "without --dialect athena, the text is taken for DuckDB's SQL",
  });
}

/** What Trino calls the error that it makes of a text. */
export type TrinoErrorName =
  | "AMBIGUOUS_FUNCTION_CALL"
  | "AMBIGUOUS_NAME"
  | "COLUMN_NOT_FOUND"
  | "DUPLICATE_NAMED_QUERY"
  | "DUPLICATE_WINDOW_NAME"
  | "EXPRESSION_NOT_AGGREGATE"
  | "EXPRESSION_NOT_CONSTANT"
  | "EXPRESSION_NOT_IN_DISTINCT"
  | "EXPRESSION_NOT_SCALAR"
  | "FUNCTION_NOT_FOUND"
  | "INVALID_ARGUMENTS"
  | "INVALID_COLUMN_REFERENCE"
  | "INVALID_FUNCTION_ARGUMENT"
  | "INVALID_LITERAL"
  | "INVALID_WINDOW_FRAME"
  | "INVALID_WINDOW_REFERENCE"
  | "INVALID_ORDER_BY"
  | "MISMATCHED_COLUMN_ALIASES"
  | "MISSING_GROUP_BY"
  | "NESTED_AGGREGATION"
  | "NESTED_WINDOW"
  | "TABLE_NOT_FOUND"
  | "TYPE_MISMATCH";

/**
 * The text is well-formed SQL, and Athena refuses it: by types, names or where aggregates stand. DuckDB might take it, and
 * answer. `what` says what is wrong, `athena` is Trino's name for it, `instead` says what to write.
 */
export function meaningError(athena: TrinoErrorName, what: string, place: Place, instead: string): LogkeepError {
  return new LogkeepError({
    code: "dialect.meaning",
    message: "the query is an error in Athena's SQL",
    facts: { what: what.slice(0, 200), athena, ...positionOf(place) },
    hint: instead,
  });
}

function positionOf({ text, offset }: Place): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}
