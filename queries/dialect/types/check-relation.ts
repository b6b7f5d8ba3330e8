/** What FROM lists: the columns that it brings. */
import { nearestName } from "../../nearest-name.ts";
import { unsupported } from "../refuse.ts";
import type { Relation } from "../syntax.ts";
import { refuseAggregates } from "./aggregates.ts";
import { checkBecomes, checkExpression } from "./check-expression.ts";
import { checkQuery, renamed } from "./check-query.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { commonType } from "./coercion.ts";
import { type Field, innerScope, newField, type Scope } from "./scope.ts";
import { simple, typeText } from "./type.ts";

/** The columns of all relations; each sees those before it only from UNNEST. */
export function checkRelations(relations: readonly Relation[], scope: Scope, checker: Checker): readonly Field[] {
  let fields: readonly Field[] = [];
  for (const relation of relations) fields = [...fields, ...checkRelation(relation, fields, scope, checker)];
  return fields;
}

/** `before`: the columns on its left, which UNNEST reads. */
function checkRelation(relation: Relation, before: readonly Field[], scope: Scope, checker: Checker): readonly Field[] {
  switch (relation.kind) {
    case "table":
      return checkTable(relation, scope, checker);
    case "derived": {
      const fields = checkQuery(relation.query, scope, checker);
      if (relation.alias === null) return fields.map((field) => ({ ...field, relation: null }));
      return renamed(fields, relation.alias.columns, relation.alias.name, relation, checker);
    }
    case "unnest":
      return checkUnnest(relation, innerScope(scope, before), checker);
    case "join":
      return checkJoin(relation, before, scope, checker);
  }
}

function checkTable(relation: Extract<Relation, { kind: "table" }>, scope: Scope, checker: Checker): readonly Field[] {
  const { name, alias } = relation;
  const [table = ""] = name;
  if (name.length > 1) {
    throw unsupported("a table's name with its database", placeOf(checker, relation), "write the table's name alone");
  }
  const known = scope.queries.get(table.toLowerCase());
  const columns = known ?? checker.tables(table.toLowerCase());
  if (columns === null) throw unknownTable(table, relation, scope, checker);
  const fields = columns.map((field) => newField(checker, { relation: table, name: field.name, type: field.type }));
  return renamed(fields, alias?.columns ?? [], alias?.name ?? table, relation, checker);
}

function unknownTable(table: string, at: Relation, scope: Scope, checker: Checker): Error {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(table)) {
    return unsupported("this table name", placeOf(checker, at), "`logkeep tables` lists the tables");
  }
  const near = nearestName(table.toLowerCase(), [...scope.queries.keys()]);
  const instead = near === null ? "`logkeep tables` lists the tables" : `did you mean ${near}?`;
  return wrong(checker, at, "TABLE_NOT_FOUND", `there is no table ${table}`, instead);
}

function checkUnnest(
  relation: Extract<Relation, { kind: "unnest" }>,
  scope: Scope,
  checker: Checker,
): readonly Field[] {
  const { values, ordinality, alias } = relation;
  const fields = values.flatMap((value) => {
    refuseAggregates(value, "UNNEST", checker);
    const type = checkExpression(value, scope, checker);
    const field = (name: string | null, of: Field["type"]) => newField(checker, { relation: null, name, type: of });
    if (type.kind === "map") return [field(null, type.key), field(null, type.value)];
    if (type.kind !== "array") {
      const what = `UNNEST of ${typeText(type)}`;
      throw wrong(
        checker,
        value,
        "INVALID_FUNCTION_ARGUMENT",
        what,
        "it takes arrays and maps: cast JSON to array(json) first",
      );
    }
    if (type.element.kind !== "row") return [field(null, type.element)];
    return type.element.fields.map((each) => field(each.name, each.type));
  });
  if (ordinality) fields.push(newField(checker, { relation: null, name: null, type: simple("bigint") }));
  if (alias === null) return fields;
  return renamed(fields, alias.columns, alias.name, relation, checker);
}

function checkJoin(
  relation: Extract<Relation, { kind: "join" }>,
  before: readonly Field[],
  scope: Scope,
  checker: Checker,
): readonly Field[] {
  const left = checkRelation(relation.left, before, scope, checker);
  const right = checkRelation(
    relation.right,
    relation.right.kind === "unnest" ? [...before, ...left] : [],
    scope,
    checker,
  );
  const both = [...left, ...right];
  if (relation.on !== null) {
    refuseAggregates(relation.on, "ON", checker);
    checkBecomes(relation.on, simple("boolean"), "the condition of ON", innerScope(scope, both), checker);
  }
  if (relation.using.length === 0) return both;
  const joined: Field[] = [];
  const used = new Set<Field>();
  for (const name of relation.using) {
    const [one, two] = [fieldOf(name, left, relation, checker), fieldOf(name, right, relation, checker)];
    const type = commonType(one.type, two.type);
    if (type === null) {
      const what = `USING (${name}) of ${typeText(one.type)} and ${typeText(two.type)}`;
      throw wrong(checker, relation, "TYPE_MISMATCH", what, "join ON an expression that casts one of them");
    }
    used.add(one).add(two);
    joined.push(newField(checker, { relation: null, name, type }));
  }
  return [...joined, ...both.filter((field) => !used.has(field))];
}

function fieldOf(name: string, fields: readonly Field[], at: Relation, checker: Checker): Field {
  const found = fields.filter((field) => field.name?.toLowerCase() === name.toLowerCase());
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const isMissing = only === undefined;
  const what = isMissing
    ? `USING (${name}): one side has no such column`
    : `USING (${name}): one side has several such columns`;
  throw wrong(checker, at, isMissing ? "COLUMN_NOT_FOUND" : "AMBIGUOUS_NAME", what, "join with ON");
}
