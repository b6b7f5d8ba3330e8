/** Names and paths: columns, and fields of rows. */
import { nearestName } from "../../nearest-name.ts";
import { unsupported } from "../refuse.ts";
import type { Expression } from "../syntax.ts";
import { checkExpression } from "./check-expression.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { findField, nameParts, type Scope } from "./scope.ts";
import { type Type, typeText } from "./type.ts";

/** A name, or a path through a table's alias, a column and the fields of rows in it. */
export function checkName(
  expression: Extract<Expression, { kind: "name" | "field" }>,
  scope: Scope,
  checker: Checker,
): Type {
  const parts = nameParts(expression);
  const field = parts === null ? null : findField(expression, parts, scope, checker);
  if (field !== null) {
    checker.fields.set(expression, field);
    return field.type;
  }
  checker.fields.delete(expression);
  if (expression.kind === "name") throw unknownColumn(expression.name, expression, scope, checker);
  const { base, name } = expression;
  if (parts !== null && parts.length === 2 && !startsPath(parts, scope)) {
    throw unknownColumn(parts.join("."), expression, scope, checker);
  }
  const type = checkExpression(base, scope, checker);
  if (type.kind !== "row") {
    throw wrong(checker, expression, "TYPE_MISMATCH", `.${name} of a ${typeText(type)}`, "only rows have fields");
  }
  const found = type.fields.filter((each) => each.name?.toLowerCase() === name.toLowerCase());
  const [only] = found;
  if (only === undefined) {
    const near = nearestName(
      name,
      type.fields.flatMap((each) => each.name ?? []),
    );
    const instead = near === null ? "`logkeep tables NAME` lists the fields" : `did you mean ${near}?`;
    const athena = parts === null ? "COLUMN_NOT_FOUND" : "INVALID_COLUMN_REFERENCE";
    throw wrong(checker, expression, athena, `there is no field ${name}`, instead);
  }
  if (found.length > 1) {
    throw wrong(
      checker,
      expression,
      "AMBIGUOUS_NAME",
      `several fields are called ${name}`,
      "name the fields apart by a CAST",
    );
  }
  return only.type;
}

function startsPath([first = ""]: readonly string[], scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.fields.some(({ name }) => name?.toLowerCase() === first.toLowerCase())) return true;
  }
  return false;
}

function unknownColumn(name: string, at: Expression, scope: Scope, checker: Checker): Error {
  if (name.startsWith("$")) {
    const instead = "logkeep.object and logkeep.record say where a row came from";
    return unsupported(`"${name}"`, placeOf(checker, at), instead);
  }
  const names = scope.fields.flatMap((each) => each.name ?? []);
  const near = nearestName(name, [...new Set(names)]);
  const instead = near === null ? "`logkeep tables NAME` lists the columns" : `did you mean ${near}?`;
  return wrong(checker, at, "COLUMN_NOT_FOUND", `there is no column ${name}`, instead);
}
