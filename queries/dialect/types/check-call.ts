/** Calls: their form, their arguments' types, and which of a function's readings they are. */
import type { FunctionRule } from "../function-rule.ts";
import { insteadOf, ruleOf } from "../functions.ts";
import { unsupported } from "../refuse.ts";
import type { Call, Expression } from "../syntax.ts";
import { type Argument, type Binding, resolve } from "./bind.ts";
import { castHint, checkBecomes, checkExpression, convert } from "./check-expression.ts";
import { checkForm } from "./check-form.ts";
import { checkSortItems, checkWindow } from "./check-window.ts";
import { type Checker, placeOf, wrong } from "./checker.ts";
import { canCast, commonType } from "./coercion.ts";
import { newField, type Scope } from "./scope.ts";
import { checkSpecialForm } from "./special-forms.ts";
import { isComposed, simple, type Type, typeText } from "./type.ts";

/** The type of a call. Throws as `checkExpression` does. */
export function checkCall(call: Call, scope: Scope, checker: Checker): Type {
  const rule = ruleOf(call.name);
  if (rule === null) throw unsupported(`${call.name}()`, placeOf(checker, call), insteadOf(call.name));
  checkForm(call, rule, placeOf(checker, call));
  const special = checkSpecialForm(call, scope, checker);
  if (special !== null) {
    checkPlain(call, rule, checker);
    checkRest(call, scope, checker);
    return special;
  }
  const args = call.args.map((each) => argumentOf(each, scope, checker));
  const binding = bindingOf(call, rule, args, checker);
  checker.bindings.set(call, binding);
  for (const [index, argument] of call.args.entries()) {
    const from = checker.types.get(argument);
    const to = binding.params[index];
    const isLambda = argument.kind === "lambda";
    if (!isLambda && from !== undefined && to !== undefined && to.kind !== "decimal")
      convert(argument, from, to, checker);
  }
  checkPlain(call, rule, checker);
  checkRest(call, scope, checker);
  return rule.resultOf?.(binding.result) ?? binding.result;
}

function checkPlain(call: Call, rule: FunctionRule, checker: Checker): void {
  if (rule.compares !== true) return;
  for (const each of call.args) {
    const type = checker.types.get(each);
    if (type === undefined || !isComposed(type)) continue;
    throw unsupported("a comparison of rows or arrays", placeOf(checker, each), "compare their parts");
  }
}

/** What stands around the arguments. */
function checkRest(call: Call, scope: Scope, checker: Checker): void {
  if (call.filter !== null) checkBecomes(call.filter, simple("boolean"), "the condition of FILTER", scope, checker);
  checkSortItems([...call.orderBy, ...call.withinGroup], scope, checker);
  if (call.over !== null) checkWindow(call.over, scope, checker);
}

/** `a || b`: Trino's concat. */
export function checkConcatenation(sides: readonly Expression[], at: Expression, checker: Checker): Type {
  const rule = ruleOf("concat");
  const types = sides.map((each) => checker.types.get(each) ?? simple("unknown"));
  const args = types.map((type): Argument => ({ kind: "type", type }));
  if (rule === null) throw unsupported("||", placeOf(checker, at), "use concat");
  const binding = bindingOf({ ...NO_CALL, args: sides, offset: at.offset }, rule, args, checker);
  for (const [index, side] of sides.entries()) {
    const [from, to] = [types[index], binding.params[index]];
    if (from !== undefined && to !== undefined) convert(side, from, to, checker);
  }
  return binding.result;
}

const NO_CALL: Omit<Call, "args" | "offset"> = {
  kind: "call",
  name: "concat",
  star: false,
  distinct: false,
  orderBy: [],
  withinGroup: [],
  filter: null,
  nulls: null,
  over: null,
};

/** A lambda is looked at when the types of its parameters are known. */
function argumentOf(expression: Expression, scope: Scope, checker: Checker): Argument {
  if (expression.kind !== "lambda") return { kind: "type", type: checkExpression(expression, scope, checker) };
  const { parameters, body } = expression;
  const resultOf = (types: readonly Type[]): Type => {
    const fields = parameters.map((name, index) =>
      newField(checker, { relation: null, name, type: types[index] ?? simple("unknown"), isParameter: true }),
    );
    return checkExpression(body, { fields, parent: scope, queries: scope.queries }, checker);
  };
  return { kind: "lambda", parameters: parameters.length, resultOf };
}

function bindingOf(call: Call, rule: FunctionRule, args: readonly Argument[], checker: Checker): Binding {
  const types = args.map((each) => (each.kind === "lambda" ? null : each.type));
  const lambda = call.args.find((each) => each.kind === "lambda");
  if (lambda !== undefined && !rule.signatures.some((each) => each.params.some(({ kind }) => kind === "function"))) {
    throw unsupported("a lambda here", placeOf(checker, lambda), `${call.name}() takes none`);
  }
  checkLambdas(call, rule, checker);
  const found = resolve(rule.signatures, args);
  switch (found.kind) {
    case "bound": {
      const { binding } = found;
      if (!binding.signature.isRefused) {
        refuseTypes(call, rule, binding.params, types, checker);
        return binding;
      }
      const what = `${call.name}(${described(types)})`;
      throw unsupported(what, placeOf(checker, call), rule.note ?? "cast the argument to another type");
    }
    case "ambiguous":
      refuseTypes(call, rule, [], types, checker);
      throw wrong(
        checker,
        call,
        "AMBIGUOUS_FUNCTION_CALL",
        `${call.name}(${described(types)}) may be several functions`,
        "give NULL a type: CAST(NULL AS varchar)",
      );
    case "none": {
      const known = rule.signatures.filter(({ isRefused }) => !isRefused).map(({ text }) => text);
      throw wrong(checker, call, "FUNCTION_NOT_FOUND", `${call.name}(${described(types)})`, hintFor(types, known));
    }
  }
}

function refuseTypes(
  call: Call,
  rule: FunctionRule,
  params: readonly Type[],
  given: readonly (Type | null)[],
  checker: Checker,
): void {
  const refused = rule.refuses?.(params, given) ?? null;
  if (refused !== null) throw unsupported(refused.what, placeOf(checker, call), refused.instead);
}

function described(types: readonly (Type | null)[]): string {
  return types.map((each) => (each === null ? "a lambda" : typeText(each))).join(", ");
}

function hintFor(types: readonly (Type | null)[], known: readonly string[]): string {
  const shown = known.slice(0, 4).join(" or ");
  const [first, second] = types;
  const wanted = /^\(([a-z]+)[,)]/.exec(known[0] ?? "")?.[1];
  if (first != null && known.length === 1 && wanted === "varchar" && canCast(first, simple("varchar"))) {
    return `it takes ${shown}: write CAST(... AS varchar)`;
  }
  const areUnlike = first != null && second != null && commonType(first, second) === null;
  return areUnlike && known.some((each) => /\(([A-Z])2?, \1/.test(each))
    ? castHint(second, first)
    : `it takes ${shown}`;
}

/** Where a lambda is wanted, nothing else does, and it has as many parameters as it is given. */
function checkLambdas(call: Call, rule: FunctionRule, checker: Checker): void {
  const [signature] = rule.signatures.filter((each) => each.params.length === call.args.length);
  for (const [index, pattern] of (signature?.params ?? []).entries()) {
    const argument = call.args[index];
    if (pattern.kind !== "function" || argument === undefined) continue;
    if (argument.kind === "lambda" && argument.parameters.length === pattern.params.length) continue;
    throw unsupported(
      "an argument that is no lambda of this kind",
      placeOf(checker, argument),
      `write ${pattern.params.length === 1 ? "x -> ..." : "(x, y) -> ..."}`,
    );
  }
}
