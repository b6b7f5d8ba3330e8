/**
 * A condition of a text in; what the manifests can do with it out: a bound of time, a list of accounts, or nothing, with
 * the reason. Plans only tell what a query will cost, so a condition that is not understood costs nothing but a worse
 * estimate, and the plan says so.
 */
import { isLogkeepError } from "../../core/errors.ts";
import type { SqlEngine, SqlParams } from "../../core/sql-engine.ts";
import { asNode, asNodes, columnNames, instantOf, isClockName, type Node, textOf } from "./syntax-tree.ts";

/** What a condition says about wanted rows. */
export type ConditionBound =
  | { readonly kind: "time"; readonly fromMs: number | null; readonly toMs: number | null }
  | { readonly kind: "accounts"; readonly accounts: readonly string[] }
  /** True for the given parameters, whatever the row. */
  | { readonly kind: "always" }
  | { readonly kind: "none"; readonly reason: string };

/** What reading a condition takes. */
export interface ConditionContext {
  /** What the columns are called that files are pruned by, in lower case. */
  readonly timeNames: readonly string[];
  readonly accountNames: readonly string[];
  readonly params: SqlParams;
  readonly engine: SqlEngine;
}

/** Reads a condition. Instants are computed by the engine, from constants, parameters and the clock alone. */
export async function readCondition(condition: Node, context: ConditionContext): Promise<ConditionBound> {
  const only = unlessNull(condition, context.params);
  if (only === null) return { kind: "always" };
  const { type } = only;
  if (type === "COMPARE_BETWEEN") {
    return readRange(
      written(asNode(only["input"])),
      { least: asNode(only["lower"]), most: asNode(only["upper"]) },
      context,
    );
  }
  if (type === "COMPARE_IN") {
    const [tested, ...values] = asNodes(only["children"]).map(written);
    return readEquality(tested ?? {}, values, context);
  }
  const sides = COMPARISONS.get(String(type));
  if (sides === undefined) return none("it is no comparison that the planner understands");
  const [left, right] = [written(asNode(only["left"])), written(asNode(only["right"]))];
  const isFlipped = columnNames(left) === null;
  const [column, value] = isFlipped ? [right, left] : [left, right];
  if (sides === "=") return readEquality(column, [value], context);
  const isUpper = (sides === "<" || sides === "<=") !== isFlipped;
  const isOpen = sides === "<" || sides === ">";
  return readRange(column, isUpper ? { most: value, isOpen } : { least: value }, context);
}

const COMPARISONS: ReadonlyMap<string, "=" | "<" | "<=" | ">" | ">="> = new Map([
  ["COMPARE_EQUAL", "="],
  ["COMPARE_LESSTHAN", "<"],
  ["COMPARE_LESSTHANOREQUALTO", "<="],
  ["COMPARE_GREATERTHAN", ">"],
  ["COMPARE_GREATERTHANOREQUALTO", ">="],
]);

/** Functions of constants and the clock. Nothing else of a text is ever run by the planner. */
const CONSTANT_FUNCTIONS: ReadonlySet<string> = new Set([
  "*",
  "+",
  "-",
  "current_date",
  "date_trunc",
  "get_current_timestamp",
  "now",
  "today",
  "to_days",
  "to_hours",
  "to_minutes",
  "to_months",
  "to_seconds",
  "to_weeks",
  "to_years",
  "trunc",
]);

/** Macros of the translation by what they do to a value that the planner can compute. */
const OPERATOR_MACROS: ReadonlyMap<string, string> = new Map([
  ["trino_plus", "+"],
  ["trino_minus", "-"],
  ["trino_clock_add", "+"],
  ["trino_date_add", "+"],
]);
/** Those, and Athena's own spelling, that leave the instant of their first argument as it is. */
const INSTANT_FUNCTIONS: ReadonlySet<string> = new Set([
  "from_iso8601_timestamp",
  "trino_cast_date",
  "trino_cast_instant",
  "trino_cast_timestamp",
  "trino_from_iso8601_timestamp",
  "trino_plain",
]);

/** An expression without what the translation has put around it. */
function written(node: Node): Node {
  const name = textOf(node, "function_name");
  const children = asNodes(node["children"]);
  const [first] = children;
  if (node["class"] !== "FUNCTION" || first === undefined) return node;
  if (INSTANT_FUNCTIONS.has(name) && keepsMilliseconds(children[1])) return written(first);
  const operator = OPERATOR_MACROS.get(name) ?? name;
  const isOperator = operator !== name || node["is_operator"] === true;
  return { ...node, function_name: operator, is_operator: isOperator, children: children.map(asOperand) };
}

/** An instant's text is cast where it is computed with. */
function asOperand(node: Node): Node {
  const plain = written(node);
  const isText =
    INSTANT_FUNCTIONS.has(textOf(node, "function_name")) && textOf(node, "function_name") !== "trino_plain";
  if (!isText) return plain;
  const type = { id: "TIMESTAMP WITH TIME ZONE", type_info: null };
  return {
    class: "CAST",
    type: "OPERATOR_CAST",
    alias: "",
    query_location: 0,
    child: plain,
    cast_type: type,
    try_cast: true,
  };
}

/** Whether a cast's number of digits, where it has one, leaves an instant where it is. */
function keepsMilliseconds(digits: Node | undefined): boolean {
  if (digits === undefined) return true;
  const { value } = asNode(digits["value"]);
  return typeof value === "number" && value >= 3;
}

function none(reason: string): ConditionBound {
  return { kind: "none", reason };
}

/** `$p IS NULL OR condition`, the way a saved query makes a parameter optional: the condition; null where `$p` is null. */
function unlessNull(condition: Node, params: SqlParams): Node | null {
  if (condition["type"] !== "CONJUNCTION_OR") return condition;
  const rest = asNodes(condition["children"]).filter((each) => {
    const name = each["type"] === "OPERATOR_IS_NULL" ? parameterName(asNodes(each["children"])[0] ?? {}) : null;
    return name === null || (params[name] ?? null) === null;
  });
  if (rest.length === asNodes(condition["children"]).length) {
    return rest.some((each) => each["type"] === "OPERATOR_IS_NULL" && parameterOf(each) !== null) ? null : condition;
  }
  return rest.length === 1 ? (rest[0] ?? condition) : condition;
}

function parameterOf(isNull: Node): string | null {
  return parameterName(asNodes(isNull["children"])[0] ?? {});
}

function parameterName(node: Node): string | null {
  if (node["type"] === "OPERATOR_CAST") return parameterName(asNode(node["child"]));
  return node["type"] === "VALUE_PARAMETER" ? textOf(node, "identifier") : null;
}

async function readEquality(column: Node, values: readonly Node[], context: ConditionContext): Promise<ConditionBound> {
  if (isColumn(column, context.timeNames) && values.length === 1) {
    return readRange(column, { least: values[0] ?? {}, most: values[0] ?? {} }, context);
  }
  if (!isColumn(column, context.accountNames)) return otherColumn(column, context);
  const accounts = values.map((value) => constantText(value, context.params));
  if (!accounts.every((each) => each !== null)) return none("the accounts are not known before it runs");
  return { kind: "accounts", accounts };
}

async function readRange(
  column: Node,
  range: { readonly least?: Node; readonly most?: Node; readonly isOpen?: boolean },
  context: ConditionContext,
): Promise<ConditionBound> {
  if (!isColumn(column, context.timeNames)) return otherColumn(column, context);
  const fromMs = range.least === undefined ? null : await constantInstant(range.least, context);
  const lastMs = range.most === undefined ? null : await constantInstant(range.most, context);
  if ((range.least !== undefined && fromMs === null) || (range.most !== undefined && lastMs === null)) {
    return none("its instant is not known before it runs");
  }
  const toMs = lastMs === null ? null : range.isOpen === true ? Math.ceil(lastMs) : Math.floor(lastMs) + 1;
  return { kind: "time", fromMs: fromMs === null ? null : Math.floor(fromMs), toMs };
}

function otherColumn(column: Node, { timeNames, accountNames }: ConditionContext): ConditionBound {
  const names = columnNames(column);
  if (names === null) return none("it compares no plain column");
  const known = [...timeNames, ...accountNames];
  return none(
    known.length === 0 ? "no file is pruned by its columns" : `files are pruned by ${known.join(" and ")} alone`,
  );
}

function isColumn(node: Node, known: readonly string[]): boolean {
  const names = columnNames(node);
  return names !== null && names.length <= 2 && known.includes(names.at(-1)?.toLowerCase() ?? "");
}

function constantText(node: Node, params: SqlParams): string | null {
  if (node["type"] === "OPERATOR_CAST") return constantText(asNode(node["child"]), params);
  const value = node["type"] === "VALUE_CONSTANT" ? asNode(node["value"])["value"] : params[parameterName(node) ?? ""];
  return typeof value === "string" ? value : null;
}

async function constantInstant(node: Node, { params, engine }: ConditionContext): Promise<number | null> {
  const expression = written(node);
  if (!isConstant(expression, params)) return null;
  try {
    return await instantOf(expression, params, engine);
  } catch (cause) {
    // What does not compute is the query's own to fail for.
    if (isLogkeepError(cause, "sql.failed")) return null;
    throw cause;
  }
}

function isConstant(node: Node, params: SqlParams): boolean {
  if (node["type"] === "VALUE_CONSTANT" || isClockName(node)) return true;
  if (node["type"] === "OPERATOR_CAST") return isConstant(asNode(node["child"]), params);
  if (node["type"] === "VALUE_PARAMETER") return Object.hasOwn(params, textOf(node, "identifier"));
  if (node["class"] !== "FUNCTION" || !CONSTANT_FUNCTIONS.has(textOf(node, "function_name"))) return false;
  return asNodes(node["children"]).every((each) => isConstant(each, params));
}
