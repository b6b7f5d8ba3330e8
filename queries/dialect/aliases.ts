/**
 * DuckDB lets more of a SELECT see its aliases than Trino does. Where that could make a name mean something else, the
 * text is refused.
 */
import { unsupported } from "./refuse.ts";
import type { Expression, Query, QueryBody, Relation, Select } from "./syntax.ts";
import { expressionsIn } from "./walk.ts";

/**
 * In a query inside an expression, a name that is no column may be one of the query around it for Trino, and the
 * alias for DuckDB. Throws `dialect.unsupported`.
 */
export function checkAliases(query: Query, text: string): void {
  for (const select of selectsOf(query)) {
    const aliases = new Set([...aliasesOf(select), ...select.from.flatMap(relationNames)]);
    const { where, groupBy, having, items } = select;
    const used = namesIn([where, groupBy, having, items.map((item) => (item.kind === "value" ? item.value : null))]);
    const clash = used.find(({ name }) => aliases.has(name.toLowerCase()));
    if (clash !== undefined) {
      throw unsupported(
        `the name ${clash.name}, an alias here as well`,
        { text, offset: clash.offset },
        "choose another alias",
      );
    }
  }
}

/**
 * `ORDER BY a + 1`: for Trino `a` is the output's column, for DuckDB the input's. Throws `dialect.unsupported` where an
 * alias gives a name another meaning.
 */
export function checkOrder(query: Query, text: string): void {
  for (const select of selectsOf({ ...query, with: [] })) {
    const aliases = aliasesOf(select);
    const computed = query.orderBy.map((item) => item.value).filter((value) => value.kind !== "name");
    const clash = namesIn(computed).find(({ name }) => aliases.has(name.toLowerCase()));
    if (clash !== undefined) {
      throw unsupported(
        `ORDER BY with the alias ${clash.name} inside`,
        { text, offset: clash.offset },
        "select the whole expression under a name and order by that",
      );
    }
  }
}

/** Names of relations that DuckDB reads as a whole row, unless a column of theirs is called so. */
function relationNames(relation: Relation): readonly string[] {
  if (relation.kind === "join") return [...relationNames(relation.left), ...relationNames(relation.right)];
  const name = relation.alias?.name ?? (relation.kind === "table" ? relation.name.at(-1) : undefined);
  if (name === undefined) return [];
  const isColumn = relation.alias?.columns.some((column) => column.toLowerCase() === name.toLowerCase()) === true;
  return isColumn ? [] : [name.toLowerCase()];
}

/** Aliases that name something else than the column of that name, in lower case. */
function aliasesOf(select: Select): ReadonlySet<string> {
  return new Set(
    select.items.flatMap((item) => {
      if (item.kind !== "value" || item.alias === null) return [];
      const isItself = item.value.kind === "name" && item.value.name.toLowerCase() === item.alias.toLowerCase();
      return isItself ? [] : [item.alias.toLowerCase()];
    }),
  );
}

/** The SELECTs whose output is the query's. */
function selectsOf(query: Query): readonly Select[] {
  const of = (body: QueryBody): readonly Select[] => {
    if (body.kind === "select") return [body];
    if (body.kind === "set") return [...of(body.left), ...of(body.right)];
    return body.kind === "nested" ? selectsOf(body.query) : [];
  };
  return of(query.body);
}

/** Names without a qualifier, at any depth; those of queries further in as well, to be on the safe side. */
function namesIn(root: unknown): readonly Extract<Expression, { kind: "name" }>[] {
  const all = [...expressionsIn(root)];
  const qualifiers = new Set(all.flatMap((each) => (each.kind === "field" ? [each.base] : [])));
  return all.filter((each) => each.kind === "name").filter((each) => !qualifiers.has(each));
}
