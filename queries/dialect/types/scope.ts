/** Which names an expression can mean, and what they mean. */
import type { Expression } from "../syntax.ts";
import { type Checker, countField, wrong } from "./checker.ts";
import type { Type } from "./type.ts";

/** A column that is in scope. */
export interface Field {
  /** Two fields are the same only when their numbers are. */
  readonly id: number;
  /** The relation's name or alias; null where the column cannot be qualified. */
  readonly relation: string | null;
  /** Null where it has none: it then cannot be named. */
  readonly name: string | null;
  readonly type: Type;
  /** Whether it is a lambda's parameter. */
  readonly isParameter?: boolean;
}

/** Columns, those of the queries around, and the queries of WITH. */
export interface Scope {
  readonly fields: readonly Field[];
  /** Where a name is looked for next. */
  readonly parent: Scope | null;
  readonly queries: ReadonlyMap<string, readonly Field[]>;
}

/** A scope without anything in it. */
export const NO_SCOPE: Scope = { fields: [], parent: null, queries: new Map() };

/** A field of its own number. */
export function newField(checker: Checker, field: Omit<Field, "id">): Field {
  return { ...field, id: countField(checker) };
}

/** The scope inside another one. */
export function innerScope(parent: Scope, fields: readonly Field[]): Scope {
  return { fields, parent, queries: parent.queries };
}

/** The columns that `*` or `relation.*` stands for. */
export function starFields({ relation }: { readonly relation: string | null }, { fields }: Scope): readonly Field[] {
  if (relation === null) return fields;
  return fields.filter((field) => field.relation?.toLowerCase() === relation.toLowerCase());
}

/** `a`, `t.a`, `t.a.b` as its parts; null for other expressions. */
export function nameParts(expression: Expression): readonly string[] | null {
  if (expression.kind === "name") return [expression.name];
  if (expression.kind !== "field") return null;
  const parts: string[] = [];
  let at: Expression = expression;
  for (; at.kind === "field"; at = at.base) parts.unshift(at.name);
  return at.kind === "name" ? [at.name, ...parts] : null;
}

/** The column that a name means; null where none. Throws `dialect.meaning` where it may mean several. */
export function findField(
  expression: Expression,
  parts: readonly string[],
  scope: Scope,
  checker: Checker,
): Field | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = matching(parts, at.fields);
    const [first] = found;
    if (found.length > 1) {
      const what = `the name ${parts.join(".")} may mean several columns`;
      throw wrong(
        checker,
        expression,
        "AMBIGUOUS_NAME",
        what,
        "write the table's name or alias before it, and give columns names that differ",
      );
    }
    if (first !== undefined) return first;
    // A column's name begins the path: the rest are fields in it, and nothing further out is meant.
    for (let length = parts.length - 1; length > 0; length -= 1) {
      if (matching(parts.slice(0, length), at.fields).length > 0) return null;
    }
  }
  return null;
}

function matching(parts: readonly string[], fields: readonly Field[]): readonly Field[] {
  const [first = "", second] = parts;
  if (parts.length > 2) return [];
  const isSame = (one: string | null, other: string) => one !== null && one.toLowerCase() === other.toLowerCase();
  if (second === undefined) return fields.filter(({ name }) => isSame(name, first));
  return fields.filter(({ relation, name }) => isSame(relation, first) && isSame(name, second));
}
