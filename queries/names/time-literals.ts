import { type SqlToken, sqlTokens } from "../../core/sql-tokens.ts";
import { LAKE_VIEW } from "./lake-view.ts";
import { readSecurityLakeName } from "./security-lake-view.ts";

const INSTANT = /^'(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?Z?)?'$/;
const COMPARISON = new Set(["=", "<", ">", "<=", ">=", "<>", "!="]);

interface Literal {
  readonly token: SqlToken;
  readonly sql: string;
}

/**
 * A text in Athena's SQL, written for a managed lake, as our engines take it: with its time literals typed where it names
 * the lake's view, and Security Lake's tables without their database.
 */
export function readLakeText(sql: string): string {
  const plain = withoutLakeDatabase(sql);
  return sqlTokens(plain).some((token) => nameOf(token) === LAKE_VIEW) ? typeTimeLiterals(plain) : plain;
}

/** `"amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_..."` as the table alone. */
function withoutLakeDatabase(sql: string): string {
  const tokens = sqlTokens(sql).filter(({ kind }) => kind !== "comment");
  let text = "";
  let end = 0;
  for (const [index, token] of tokens.entries()) {
    const table = tokens[index + 2];
    const isDatabase = /^amazon_security_lake_glue_db(?:_[a-z0-9_]+)?$/.test(nameOf(token) ?? "");
    if (!isDatabase || tokens[index + 1]?.text !== "." || table === undefined) continue;
    if (readSecurityLakeName(nameOf(table) ?? "") === null) continue;
    const hasCatalog = tokens[index - 1]?.text === "." && nameOf(tokens[index - 2] ?? token) === "awsdatacatalog";
    const first = (hasCatalog ? tokens[index - 2] : token) ?? token;
    text += sql.slice(end, first.start);
    end = table.start;
  }
  return text + sql.slice(end);
}

/**
 * A managed CloudTrail lake compares `eventTime` with plain strings; Trino has no such comparison. Where a string that is
 * a date or a time stands beside `eventTime` and a comparison, or in its BETWEEN, it becomes the instant in UTC that the
 * managed lake takes it for. Nothing else of the text changes.
 */
export function typeTimeLiterals(sql: string): string {
  const tokens = sqlTokens(sql).filter(({ kind }) => kind !== "comment");
  const literals = tokens
    .flatMap((token, index) => (isEventTime(token) ? literalsAround(tokens, index) : []))
    .sort((left, right) => left.token.start - right.token.start);
  let text = "";
  let end = 0;
  for (const { token, sql: literal } of literals) {
    // `eventTime = 'x' = eventTime` names the same literal twice.
    if (token.start < end) continue;
    text += sql.slice(end, token.start) + literal;
    end = token.end;
  }
  return text + sql.slice(end);
}

function isEventTime(token: SqlToken): boolean {
  return nameOf(token) === "eventtime";
}

/** Names have no case. */
function nameOf({ kind, text }: SqlToken): string | null {
  if (kind === "word") return text.toLowerCase();
  return kind === "name" ? text.slice(1, -1).toLowerCase() : null;
}

function literalsAround(tokens: readonly SqlToken[], at: number): readonly Literal[] {
  const isWord = (index: number, word: string) => tokens[index]?.text.toUpperCase() === word;
  const after = comparisonEnd(tokens, at + 1);
  if (after !== null) return literalAt(tokens[after]);
  const between = isWord(at + 1, "NOT") ? at + 2 : at + 1;
  if (isWord(between, "BETWEEN")) {
    const high = isWord(between + 2, "AND") ? literalAt(tokens[between + 3]) : [];
    return [...literalAt(tokens[between + 1]), ...high];
  }
  return before(tokens, at);
}

/** `'2026-01-05' <= eventTime`, also with the name's qualifier in between. */
function before(tokens: readonly SqlToken[], at: number): readonly Literal[] {
  let first = at;
  while (tokens[first - 1]?.text === "." && first >= 2) first -= 2;
  for (const length of [2, 1]) {
    const start = first - length;
    if (start >= 1 && comparisonEnd(tokens, start) === first) return literalAt(tokens[start - 1]);
  }
  return [];
}

/** Where a comparison that starts at `index` ends; its characters are tokens of their own. */
function comparisonEnd(tokens: readonly SqlToken[], index: number): number | null {
  const [one, two] = [tokens[index], tokens[index + 1]];
  if (one?.kind !== "symbol") return null;
  if (two?.kind === "symbol" && two.start === one.end && COMPARISON.has(one.text + two.text)) return index + 2;
  return COMPARISON.has(one.text) ? index + 1 : null;
}

function literalAt(token: SqlToken | undefined): readonly Literal[] {
  if (token?.kind !== "text") return [];
  const parts = INSTANT.exec(token.text);
  if (parts === null) return [];
  const [, day = "", minute = "00:00", second = ":00"] = parts;
  return [{ token, sql: `TIMESTAMP '${day} ${minute}${second} UTC'` }];
}
