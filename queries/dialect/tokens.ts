/**
 * SQL text in; tokens out, after Trino's grammar (`SqlBase.g4`). Whatever no token begins with is refused, so that no
 * form of another dialect slips through: back-quotes, `::`, `$$`, `E'...'`, `{}`, bit operators. (`core/sql-tokens.ts` reads
 * texts that go to Athena as they stand: it lets everything through and keeps comments, where this one decides.)
 */
import { syntaxError } from "./refuse.ts";

/** What a token is. Words are keywords or plain identifiers: the parser knows from their place. */
export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "unicode"
  | "binary"
  | "integer"
  | "decimal"
  | "double"
  | "parameter"
  | "symbol"
  | "end";

/** One token. `value` is the decoded text of a string or quoted identifier, a parameter's name, else as written. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  /** In the text, in UTF-16 units; `end` is exclusive. */
  readonly offset: number;
  readonly end: number;
}

// Tried in this order at each position. No pattern has a group of its own.
const SPACE = /(?:[ \t\r\n]+|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["unicode", /[uU]&'(?:[^']|'')*'/],
  ["binary", /[xX]'[^']*'/],
  ["string", /'(?:[^']|'')*'/],
  ["quoted", /"(?:[^"]|"")+"/],
  ["double", /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+(?![\w])/],
  ["decimal", /(?:[0-9]+\.[0-9]*|\.[0-9]+)(?![\w])/],
  ["integer", /[0-9]+(?![\w.])/],
  ["parameter", /\$[a-z][a-z0-9_]{0,39}(?![\w$])/],
  ["word", /[A-Za-z_][A-Za-z0-9_]*/],
  ["symbol", /->|<>|!=|<=|>=|\|\||[-+*/%<>=(),.[\]]/],
];

/** All of them as one, a group for each. */
const TOKEN = new RegExp(PATTERNS.map(([, { source }]) => `(${source})`).join("|"), "y");

/** All tokens of a text, and one of kind `end`. Throws `dialect.syntax`. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    offset += matchAt(SPACE, text, offset)?.length ?? 0;
    if (offset >= text.length) break;
    const token = readToken(text, offset);
    tokens.push(token);
    offset = token.end;
  }
  tokens.push({ kind: "end", value: "", offset, end: offset });
  return tokens;
}

function readToken(text: string, offset: number): Token {
  TOKEN.lastIndex = offset;
  const found = TOKEN.exec(text);
  const at = found === null ? -1 : found.findIndex((group, index) => index > 0 && group !== undefined);
  const kind = PATTERNS[at - 1]?.[0];
  const written = found?.[at];
  if (kind === undefined || written === undefined) throw syntaxError(describeUnknown(text, offset), { text, offset });
  return { kind, value: decode(kind, written), offset, end: offset + written.length };
}

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function decode(kind: TokenKind, written: string): string {
  if (kind === "string") return written.slice(1, -1).replaceAll("''", "'");
  if (kind === "quoted") return written.slice(1, -1).replaceAll('""', '"');
  if (kind === "unicode") return written.slice(3, -1).replaceAll("''", "'");
  if (kind === "binary") return written.slice(2, -1);
  return kind === "parameter" ? written.slice(1) : written;
}

/** What a person would want to hear about the characters that begin no token. */
function describeUnknown(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 2);
  if (rest.startsWith("'")) return "a string is not closed";
  if (rest.startsWith('"')) return "a quoted name is empty or not closed";
  if (rest === "/*") return "a comment is not closed";
  if (rest.startsWith(";")) return "a semicolon: one statement, without its end";
  if (/^[0-9.]/.test(rest)) return "a number runs into a name";
  if (rest.startsWith("$")) return "a parameter is $ and a lower-case name";
  if (rest.startsWith("?")) return "a parameter is written $name, not ?";
  if (rest.startsWith(":")) return "a cast is CAST(x AS type), a parameter $name";
  return "a character that begins nothing";
}
