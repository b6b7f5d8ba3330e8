/** Readings of functions, in Trino's notation: `(array(T), function(T, boolean)) -> array(T)`. */
import { SIMPLE_KINDS, type SimpleKind, type Type } from "./type.ts";

/** A type with variables. Any precision fits `decimal`, `timestamp` and `timestamp with time zone`. */
export type Pattern =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: SimpleKind | "decimal" }
  | { readonly kind: "timestamp" | "timestamp with time zone"; readonly precision: number | null }
  | { readonly kind: "array"; readonly element: Pattern }
  | { readonly kind: "map"; readonly key: Pattern; readonly value: Pattern }
  | { readonly kind: "function"; readonly params: readonly Pattern[]; readonly result: Pattern };

/** One reading of a function. */
export interface Signature {
  readonly text: string;
  readonly params: readonly Pattern[];
  /** Whether the last parameter may come any number of times. */
  readonly isVariadic: boolean;
  /** A `decimal` or a time has the precision of the arguments. */
  readonly result: Pattern;
  /** Trino has this reading, this engine does not. */
  readonly isRefused: boolean;
}

/** `any` is any type, and nothing to the types of other arguments. */
export const ANY = "any";

/** `O` and `O2` stand for any type with an order, other capitals for any type. */
export function isOrderedVariable(name: string): boolean {
  return name.startsWith("O");
}

/** Reads a signature. `-> refused bigint` is a reading that only Trino has. Throws where it is none: a mistake in a definition. */
export function parseSignature(text: string): Signature {
  const tokens =
    text.match(
      /timestamp\(3\)( with time zone)?|refused(?= )|->|\.\.\.|[(),]|[A-Za-z][A-Za-z0-9 ]*[A-Za-z0-9]|[A-Za-z]/g,
    ) ?? [];
  let at = 0;
  const takes = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const expect = (token: string): void => {
    if (!takes(token)) throw new Error(`${token} is expected in the signature ${text}`);
  };
  const list = (): readonly Pattern[] => {
    const found: Pattern[] = [];
    expect("(");
    if (takes(")")) return found;
    do {
      if (takes("...")) break;
      found.push(pattern());
    } while (takes(","));
    expect(")");
    return found;
  };
  const pattern = (): Pattern => {
    const name = tokens[at] ?? "";
    at += 1;
    if (/^([A-Z][0-9]?|any)$/.test(name)) return { kind: "variable", name };
    if (name === "array" || name === "map" || name === "function") {
      const parts = list();
      const [first, second] = parts;
      const last = parts.at(-1);
      if (first === undefined || last === undefined) throw new Error(`parts are missing in the signature ${text}`);
      if (name === "array") return { kind: "array", element: first };
      if (name === "map") return { kind: "map", key: first, value: second ?? first };
      return { kind: "function", params: parts.slice(0, -1), result: last };
    }
    if (name === "decimal") return { kind: name };
    if (name === "timestamp" || name === "timestamp with time zone") return { kind: name, precision: null };
    if (name === "timestamp(3)") return { kind: "timestamp", precision: 3 };
    if (name === "timestamp(3) with time zone") return { kind: "timestamp with time zone", precision: 3 };
    if (!SIMPLE_KINDS.has(name)) throw new Error(`${name} is no type in the signature ${text}`);
    // The set holds the kinds of `SimpleKind` and nothing else.
    return { kind: name as SimpleKind };
  };
  const params = list();
  const isVariadic = tokens[at - 2] === "...";
  expect("->");
  const isRefused = takes("refused");
  const result = pattern();
  if (at !== tokens.length) throw new Error(`more than a signature: ${text}`);
  return { text, params, isVariadic, result, isRefused };
}

/** How many arguments readings take: the least and the most; `most` is null where there is no bound. */
export function argumentCounts(signatures: readonly Signature[]): {
  readonly least: number;
  readonly most: number | null;
} {
  const isOpen = signatures.some((each) => each.isVariadic);
  const counts = signatures.map((each) => each.params.length);
  return { least: Math.min(...counts), most: isOpen ? null : Math.max(...counts) };
}

/** The pattern of an argument; null where the reading has none so far along. */
export function parameterAt({ params, isVariadic }: Signature, index: number): Pattern | null {
  return params[index] ?? (isVariadic ? (params.at(-1) ?? null) : null);
}

/** A type as a pattern: nothing in it varies. */
export function isType(pattern: Pattern | Type): pattern is { readonly kind: SimpleKind } {
  return SIMPLE_KINDS.has(pattern.kind);
}
