/** What is written like a call and is a form of its own in Trino: its arguments have rules that no reading says. */
import type { Call, Expression } from "../syntax.ts";
import { castHint, checkBecomes, checkExpression, checkOneType } from "./check-expression.ts";
import { type Checker, wrong } from "./checker.ts";
import { commonType } from "./coercion.ts";
import type { Scope } from "./scope.ts";
import { simple, type Type, typeText } from "./type.ts";

/** The type of a special form; null for calls that are none. Throws as `checkExpression` does. */
export function checkSpecialForm(call: Call, scope: Scope, checker: Checker): Type | null {
  const [first, ...others] = call.args;
  if (first === undefined) return null;
  switch (call.name) {
    case "coalesce":
      return checkOneType(call.args, "the arguments of coalesce() must be", scope, checker);
    case "if":
      checkBecomes(first, simple("boolean"), "the condition of if()", scope, checker);
      return checkOneType(others, "the results of if() must be", scope, checker);
    case "nullif":
      return checkNullIf(first, others, scope, checker);
    case "listagg":
      for (const each of call.args) checkBecomes(each, simple("varchar"), "what listagg() joins", scope, checker);
      return simple("varchar");
    default:
      return null;
  }
}

function checkNullIf(first: Expression, others: readonly Expression[], scope: Scope, checker: Checker): Type {
  const type = checkExpression(first, scope, checker);
  for (const each of others) {
    const other = checkExpression(each, scope, checker);
    if (commonType(type, other) !== null) continue;
    const what = `nullif(${typeText(type)}, ${typeText(other)})`;
    throw wrong(checker, each, "TYPE_MISMATCH", what, castHint(other, type));
  }
  return type;
}
