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

function positionOf({ text, offset }: Place): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}
