/** What is found out about a text while its types are checked. */
import type { ParameterType } from "../../saved-query.ts";
import { meaningError, type Place, syntaxError, type TrinoErrorName } from "../refuse.ts";
import type { Call, Expression, Query } from "../syntax.ts";
import type { Binding } from "./bind.ts";
import type { Field, Scope } from "./scope.ts";
import type { RowField, Type } from "./type.ts";

/** The columns of a table or view by its name in lower case; null where there is no such table. */
export type TableColumns = (name: string) => readonly RowField[] | null;

/** What a text is checked against, and what came of each of its expressions so far. */
export interface Checker {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, ParameterType>;
  readonly tables: TableColumns;
  readonly types: Map<Expression, Type>;
  /** Names and paths that are columns. */
  readonly fields: Map<Expression, Field>;
  readonly bindings: Map<Call, Binding>;
  /** Expressions that become another type where they stand. */
  readonly conversions: Map<Expression, Type>;
  readonly work: { expressions: number; fields: number };
  /** How many types each type is made of. */
  readonly sizes: WeakMap<Type, number>;
  /** Checks a query in an expression or a relation; here, so that neither file needs the other. */
  readonly query: (query: Query, outer: Scope, checker: Checker) => readonly Field[];
}

/** Lambdas inside lambdas are looked at again and again: no text of a person comes near. */
const MAX_EXPRESSIONS = 200_000;

/** `SELECT a.*, b.*` of a table twice over and over doubles its columns each time. */
const MAX_FIELDS = 200_000;

/** `ROW(x, x)` doubles a type. The tables' largest has some hundred parts. */
const MAX_TYPE_SIZE = 10_000;

/** Counts one expression more. Throws `dialect.syntax` where it is one too many. */
export function countWork(checker: Checker, at: { readonly offset: number }): void {
  checker.work.expressions += 1;
  if (checker.work.expressions > MAX_EXPRESSIONS) throw syntaxError("it is too large", placeOf(checker, at));
}

/** The number of the next field. Throws `dialect.syntax` where it is one too many. */
export function countField(checker: Checker): number {
  checker.work.fields += 1;
  if (checker.work.fields > MAX_FIELDS) throw syntaxError("it has too many columns", placeOf(checker, { offset: 0 }));
  return checker.work.fields;
}

/** Throws `dialect.syntax` where a type is too large to be compared. */
export function checkSize(type: Type, checker: Checker, at: { readonly offset: number }): void {
  if (sizeOf(type, checker) > MAX_TYPE_SIZE) throw syntaxError("a value has too many parts", placeOf(checker, at));
}

function sizeOf(type: Type, checker: Checker): number {
  const known = checker.sizes.get(type);
  if (known !== undefined) return known;
  const parts =
    type.kind === "array"
      ? [type.element]
      : type.kind === "map"
        ? [type.key, type.value]
        : type.kind === "row"
          ? type.fields.map((field) => field.type)
          : [];
  const size = parts.reduce((sum, part) => sum + sizeOf(part, checker), 1);
  if (parts.length > 0) checker.sizes.set(type, size);
  return size;
}

/** A place in the checked text. */
export function placeOf({ text }: Pick<Checker, "text">, { offset }: { readonly offset: number }): Place {
  return { text, offset };
}

/** The text is an error in Athena's SQL at a node of it. */
export function wrong(
  checker: Checker,
  at: { readonly offset: number },
  athena: TrinoErrorName,
  what: string,
  instead: string,
): Error {
  return meaningError(athena, what, placeOf(checker, at), instead);
}
