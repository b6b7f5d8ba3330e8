import { type Place, syntaxError } from "./refuse.ts";
import { readTokens, type Token } from "./tokens.ts";

/** Deeper than a person nests, and shallow enough for every stack. */
const MAX_DEPTH = 200;

/** Words that name nothing unless quoted (Trino's reserved keywords). */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "alter and as between by case cast constraint create cross cube current_catalog current_date current_path " +
    "current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop " +
    "else end escape except execute exists extract false for from full group grouping having in inner insert intersect " +
    "into is join json_array json_exists json_object json_query json_table json_value left like listagg localtime " +
    "localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then " +
    "trim true uescape union unnest using values when where with"
  ).split(" "),
);

/** Reads tokens one after the other. Keywords are compared without regard to case. */
export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = readTokens(text);
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("a text has at least its end");
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  get offset(): number {
    return this.peek().offset;
  }

  place(offset = this.offset): Place {
    return { text: this.text, offset };
  }

  /** Whether these keywords stand next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, index) => isWord(this.peek(index), word));
  }

  /** Takes these keywords if they stand next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#at += words.length;
    return true;
  }

  seesSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.value === symbol;
  }

  takesSymbol(symbol: string): boolean {
    if (!this.seesSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }

  /** Throws `dialect.syntax` unless these keywords stand next. */
  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.takes(word)) throw this.unexpected(word.toUpperCase());
  }

  expectSymbol(symbol: string): void {
    if (!this.takesSymbol(symbol)) throw this.unexpected(symbol);
  }

  /** Whether the token can be a name: quoted, or a word that is not reserved. */
  seesName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "quoted" || (token.kind === "word" && !isReserved(token.value));
  }

  name(): string {
    if (!this.seesName()) throw this.unexpected("a name");
    return this.next().value;
  }

  /** One or more items with commas between them. */
  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.takesSymbol(",")) items.push(item());
    return items;
  }

  /** A parenthesized list, possibly empty. */
  parenthesized<T>(item: () => T): readonly T[] {
    this.expectSymbol("(");
    if (this.takesSymbol(")")) return [];
    const items = this.list(item);
    this.expectSymbol(")");
    return items;
  }

  /** Runs a rule one level deeper. Throws `dialect.syntax` where a text nests too deep. */
  deeper<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw syntaxError("it nests too deep", this.place());
    const result = rule();
    this.#depth -= 1;
    return result;
  }

  unexpected(wanted: string): Error {
    const token = this.peek();
    return syntaxError(
      token.kind === "end" ? `it ends where ${wanted} is expected` : `${wanted} is expected here`,
      this.place(),
    );
  }
}

/** Whether a word must be quoted to be a name. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word.toLowerCase());
}

function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.value.toLowerCase() === word;
}
