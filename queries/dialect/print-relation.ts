import { sqlName } from "../../core/sql-engine.ts";
import type { PrintContext } from "./function-rule.ts";
import { printExpression } from "./print-expression.ts";
import { printQuery, tableName } from "./print-query.ts";
import { unsupported } from "./refuse.ts";
import type { Alias, Relation } from "./syntax.ts";

/** What FROM lists, as SQL. */
export function printRelation(relation: Relation, context: PrintContext): string {
  const place = { text: context.text, offset: relation.offset };
  switch (relation.kind) {
    case "table": {
      const [name = ""] = relation.name;
      if (relation.name.length > 1) {
        throw unsupported("a table's name with its database", place, "write the table's name alone");
      }
      return `${tableName(name, relation, context)}${printAlias(relation.alias)}`;
    }
    case "derived":
      // DuckDB wants a name where Trino does not; nobody can write this one.
      return `(${printQuery(relation.query, context)})${printAlias(relation.alias ?? { name: `query ${relation.offset}`, columns: [] })}`;
    case "unnest":
      return printUnnest(relation, context);
    case "join": {
      const { type, left, right, on, using } = relation;
      if (right.kind === "unnest" && !(type === "cross" || (type === "left" && on?.kind === "boolean" && on.value))) {
        throw unsupported("this join with UNNEST", place, "use CROSS JOIN UNNEST or LEFT JOIN UNNEST ... ON TRUE");
      }
      const sides = `${printRelation(left, context)} ${type.toUpperCase()} JOIN ${right.kind === "join" ? `(${printRelation(right, context)})` : printRelation(right, context)}`;
      if (type === "cross") return sides;
      return on === null
        ? `${sides} USING (${using.map(sqlName).join(", ")})`
        : `${sides} ON ${printExpression(on, context)}`;
    }
  }
}

function printAlias(alias: Alias | null): string {
  if (alias === null) return "";
  return ` AS ${sqlName(alias.name)}${alias.columns.length === 0 ? "" : ` (${alias.columns.map(sqlName).join(", ")})`}`;
}

/**
 * One array becomes one column, an array of rows one for each field, a map two. Which it is, the number of names tells;
 * macros fail where the value is of another kind.
 */
function printUnnest(relation: Extract<Relation, { kind: "unnest" }>, context: PrintContext): string {
  const { values, ordinality, alias } = relation;
  const place = { text: context.text, offset: relation.offset };
  const names = alias?.columns ?? [];
  if (alias === null || names.length === 0) throw unsupported("UNNEST without names", place, "add AS u (a, b)");
  const count = names.length - (ordinality ? 1 : 0);
  const types = values.map((each) => context.checker.types.get(each));
  const isRows = types.some((type) => type?.kind === "map" || (type?.kind === "array" && type.element.kind === "row"));
  if (isRows && values.length > 1) {
    throw unsupported("UNNEST of rows beside another value", place, "unnest rows and maps one by one");
  }
  const lists = values.map((each) => printExpression(each, context));
  const [only = ""] = lists;
  const sources = types[0]?.kind === "map" ? [`map_entries(${only})`] : lists;
  const parts = Array.from({ length: count }, (_, at) => {
    const value = isRows ? `struct_extract_at(${sources[0]}["unnest i"], ${at + 1})` : `${sources[at]}["unnest i"]`;
    return `${sqlName(`column ${at}`)} := ${value}`;
  });
  if (ordinality) parts.push('"column last" := "unnest i"');
  const lengths = sources.map((list) => `coalesce(len(${list}), 0)`);
  const longest = lengths.length === 1 ? lengths.join("") : `greatest(${lengths.join(", ")})`;
  const rows = `list_transform(range(1, 1 + ${longest}), lambda "unnest i": struct_pack(${parts.join(", ")}))`;
  return `(SELECT unnest(${rows}, max_depth := 2))${printAlias(alias)}`;
}
