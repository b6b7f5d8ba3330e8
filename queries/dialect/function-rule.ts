import type { ParameterType } from "../saved-query.ts";
import type { Place } from "./refuse.ts";
import type { Call, Expression } from "./syntax.ts";

/** What is known while an expression is printed. */
export interface PrintContext {
  /** The whole text, for places in error messages. */
  readonly text: string;
  readonly parameters: ReadonlyMap<string, ParameterType>;
  /** Lambda parameters in scope: lower-case name to DuckDB's SQL. The last one with a name counts. */
  readonly lambdas: readonly (readonly [string, string])[];
  /** Whether a name may mean a column of a query around this one. */
  readonly hasOuterNames: boolean;
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
  /** A macro's call on SQL made of the arguments. */
  readonly macro: (name: string, ...args: readonly string[]) => string;
  readonly context: PrintContext;
}

/**
 * A function that may be used, with the number of its arguments. A scalar without `print` is the macro
 * `trino_<name>`. An aggregate's `print` gives name and arguments; `wrap` the macro that takes its value.
 */
export interface FunctionRule {
  readonly name: string;
  readonly kind: "scalar" | "aggregate" | "window";
  readonly args: readonly [least: number, most: number];
  readonly print?: (printer: CallPrinter) => string;
  readonly wrap?: string;
  /** Further arguments of that macro. */
  readonly wrapped?: (printer: CallPrinter) => readonly string[];
  /** What differs from Athena within what is allowed, or what the arguments must be; shown in the documentation. */
  readonly note?: string;
}

/** A scalar function that is a macro of ours. */
export function scalar(name: string, least: number, most = least, note?: string): FunctionRule {
  return { name, kind: "scalar", args: [least, most], ...(note === undefined ? {} : { note }) };
}
