/**
 * The pieces of a text in Trino's SQL that is not ours to judge: Athena takes more than our parser does, so nothing is
 * refused here, comments and what is not closed are pieces too, and every character is in exactly one. The translation
 * for DuckDB has a lexer of its own (`queries/dialect/tokens.ts`), which refuses what no token begins with and decodes the
 * rest: what is an error there is the point of it, and must not be one here.
 */

/** A piece of SQL text that stands for itself: between two of them are only spaces. */
export interface SqlToken {
  /** `parameter` is `?` or `$name`; `symbol` is a single character. */
  readonly kind: "word" | "text" | "name" | "number" | "comment" | "parameter" | "symbol";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open before it. */
  readonly depth: number;
}

// Trino's lexical rules. What is not closed goes to the end, so that no text is looked through twice; the engine refuses it.
const TOKEN =
  /(?<comment>--[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>'(?:[^']|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$))|(?<parameter>\?|\$[A-Za-z_][A-Za-z0-9_]*)|(?<word>[\p{L}_][\p{L}\p{N}_@:$]*)|(?<number>[0-9][0-9A-Za-z_.]*)|(?<symbol>\S)/gu;

/** The tokens of a text in Trino's SQL. Every character that is no space is in exactly one. */
export function sqlTokens(sql: string): readonly SqlToken[] {
  let depth = 0;
  return [...sql.matchAll(TOKEN)].map((match): SqlToken => {
    const [text] = match;
    // Exactly one group has matched.
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] as SqlToken["kind"];
    if (text === ")") depth -= 1;
    const token = { kind, text, start: match.index, end: match.index + text.length, depth };
    if (text === "(") depth += 1;
    return token;
  });
}

/** A text without its last semicolon and what stands after it; comments stay. */
export function withoutLastSemicolon(sql: string): string {
  const last = sqlTokens(sql).findLast((token) => token.kind !== "comment");
  return last?.kind === "symbol" && last.text === ";" ? sql.slice(0, last.start) : sql;
}
