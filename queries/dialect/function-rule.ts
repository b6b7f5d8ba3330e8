import type { ParameterType } from "../saved-query.ts";
import type { Place } from "./refuse.ts";
import type { Call, Expression } from "./syntax.ts";
import type { Checker } from "./types/checker.ts";
import { parseSignature, type Signature } from "./types/signature.ts";
import type { Type } from "./types/type.ts";

/** What is known while an expression is printed. */
export interface PrintContext {
  /** The whole text, for places in error messages. */
  readonly text: string;
  readonly parameters: ReadonlyMap<string, ParameterType>;
  /** Lambda parameters in scope: lower-case name to DuckDB's SQL. The last one with a name counts. */
  readonly lambdas: readonly (readonly [string, string])[];
  readonly checker: Checker;
}

/** How a function's rule prints its arguments. */
export interface CallPrinter {
  /** An argument as SQL. */
  readonly arg: (index: number) => string;
  /** All arguments as SQL. */
  readonly args: readonly string[];
  readonly call: Call;
  readonly place: Place;
  /** A string literal's value. Throws `dialect.unsupported` where the argument is none. */
  readonly literal: (index: number, what: string) => string;
  /** `lambda ...: body` of an argument that is a lambda with so many parameters. */
  readonly lambda: (index: number, count: number) => string;
  /** A lambda's body with its parameters replaced by SQL. */
  readonly body: (index: number, replacements: readonly string[]) => string;
  readonly print: (expression: Expression) => string;
  readonly context: PrintContext;
  /** What each argument is, after the conversions that Trino makes. */
  readonly types: readonly Type[];
  /** The call's own type. */
  readonly type: Type;
}

/**
 * A function that may be used, with all readings that Trino has for types of ours: also those that are refused here, or
 * another reading would be taken for them. A scalar without `print` is the macro
 * `trino_<name>`. An aggregate's `print` gives name and arguments; `wrap` what is made of its value.
 */
export interface FunctionRule {
  readonly name: string;
  readonly kind: "scalar" | "aggregate" | "window";
  readonly signatures: readonly Signature[];
  /** Why types of a reading (and as they were given) are refused after all, and what to write; null where they are not. */
  readonly refuses?: (
    types: readonly Type[],
    given: readonly (Type | null)[],
  ) => { readonly what: string; readonly instead: string } | null;
  /** What the result is, where a reading cannot say it: of its own type and those of the arguments. */
  readonly resultOf?: (result: Type) => Type;
  readonly print?: (printer: CallPrinter) => string;
  /** Whether it compares its arguments: arrays and rows with NULLs inside compare differently on the engines. */
  readonly compares?: boolean;
  readonly wrap?: (sql: string, printer: CallPrinter) => string;
  /** What differs from Athena within what is allowed, or what the arguments must be; shown in the documentation. */
  readonly note?: string;
}

/** A scalar function that is a macro of ours. */
export function scalar(name: string, signatures: string | readonly string[], note?: string): FunctionRule {
  const texts = typeof signatures === "string" ? [signatures] : signatures;
  return { name, kind: "scalar", signatures: texts.map(parseSignature), ...(note === undefined ? {} : { note }) };
}
