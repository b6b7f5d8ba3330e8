import type { SourceDefinition } from "../../core/source.ts";
import { sqlString } from "../../core/sql-engine.ts";
import type { Expression, FieldPath, ValueTest } from "../sigma/ir.ts";
import { pathText } from "../sigma/ir.ts";
import { widenPattern } from "../sigma/pattern.ts";
import type { RulePlace } from "../sigma/sigma-error.ts";
import { anyValueSql, checkComparable, existsSql, fieldAccess, isNullSql, valuesSql } from "./field-sql.ts";
import { anyTestSql, compareSql, testSql } from "./test-sql.ts";

type PlainTest = Exclude<ValueTest, { kind: "field" }>;
/** A field with several tests, of which one must pass: what a list of values becomes. */
interface ValueGroup {
  readonly kind: "values";
  readonly field: FieldPath;
  readonly tests: readonly PlainTest[];
}

/** How much of a value, and how many values, a finding quotes: enough to see why, not enough to fill a disk. */
const MAX_QUOTED_CHARACTERS = 256;
const MAX_QUOTED_VALUES = 5;

/**
 * The condition as a boolean over a row of the source's table. Never NULL: each leaf is two-valued before anything
 * negates it.
 */
export function expressionSql(expression: Expression, source: SourceDefinition, place: RulePlace): string {
  const part = (inner: Expression): string => expressionSql(inner, source, place);
  switch (expression.kind) {
    case "and":
      return `(${expression.of.map(part).join(" AND ")})`;
    case "or":
      return `(${groupValues(expression.of)
        .map((inner) => (inner.kind === "values" ? valueGroupSql(inner, source, place) : part(inner)))
        .join(" OR ")})`;
    case "not":
      return `(NOT ${part(expression.of)})`;
    case "at-least":
      return `(${expression.of.map((inner) => `CAST(${part(inner)} AS INTEGER)`).join(" + ")} >= ${expression.count})`;
    case "selection":
      return part(expression.of);
    case "constant":
      return expression.value ? "TRUE" : "FALSE";
    case "exists":
      return existsSql(fieldAccess(source, expression.field));
    case "null":
      return isNullSql(fieldAccess(source, expression.field));
    case "keyword":
      return keywordSql(expression, source);
    case "value": {
      const { field, test } = expression;
      if (test.kind !== "field") return valueGroupSql({ kind: "values", field, tests: [test] }, source, place);
      const others = valuesSql(comparable(source, test.other, place));
      const values = valuesSql(comparable(source, field, place));
      const passes = compareSql("logkeep_x", "logkeep_y", test.how, test.cased);
      return `coalesce(len(list_filter(${values}, lambda logkeep_x: len(list_filter(${others}, lambda logkeep_y: coalesce(${passes}, FALSE))) > 0)) > 0, FALSE)`;
    }
  }
}

/**
 * Why a row matched, as a JSON text: the items of the rule that hold, each with its selection, its field and the
 * values that passed. Items below a `not` are left out: what is absent explains nothing.
 */
export function explanationSql(expression: Expression, source: SourceDefinition, place: RulePlace): string {
  const items = explainItems(expression, null, source, place);
  const list = items.length === 0 ? "[]" : `[${items.join(", ")}]`;
  return `CAST(to_json(list_filter(${list}, lambda logkeep_e: logkeep_e IS NOT NULL)) AS VARCHAR)`;
}

function explainItems(
  expression: Expression,
  selection: string | null,
  source: SourceDefinition,
  place: RulePlace,
): string[] {
  switch (expression.kind) {
    case "and":
    case "at-least":
      return expression.of.flatMap((inner) => explainItems(inner, selection, source, place));
    case "or":
      return groupValues(expression.of).flatMap((inner) =>
        inner.kind === "values"
          ? explainValues(inner, selection, source, place)
          : explainItems(inner, selection, source, place),
      );
    case "selection": {
      const holds = expressionSql(expression.of, source, place);
      return explainItems(expression.of, expression.name, source, place).map(
        (item) => `CASE WHEN ${holds} THEN ${item} END`,
      );
    }
    case "value": {
      const { field, test } = expression;
      if (test.kind !== "field")
        return explainValues({ kind: "values", field, tests: [test] }, selection, source, place);
      const values = valuesSql(comparable(source, field, place));
      return [explained(selection, field, values, expressionSql(expression, source, place))];
    }
    case "null":
    case "exists":
      return [explained(selection, expression.field, "[]::VARCHAR[]", expressionSql(expression, source, place))];
    case "keyword":
      return [explained(selection, [], "[]::VARCHAR[]", expressionSql(expression, source, place))];
    case "not":
    case "constant":
      return [];
  }
}

function explainValues(
  group: ValueGroup,
  selection: string | null,
  source: SourceDefinition,
  place: RulePlace,
): string[] {
  const values = valuesSql(comparable(source, group.field, place));
  const passed = `list_filter(${values}, lambda logkeep_x: coalesce(${anyTestSql("logkeep_x", group.tests)}, FALSE))`;
  return [explained(selection, group.field, passed, valueGroupSql(group, source, place))];
}

function explained(selection: string | null, field: FieldPath, values: string, holds: string): string {
  const quoted = `list_transform((${values})[1:${MAX_QUOTED_VALUES}], lambda logkeep_q: left(logkeep_q, ${MAX_QUOTED_CHARACTERS}))`;
  const item = `{'selection': ${sqlString(selection ?? "")}, 'field': ${sqlString(pathText(field))}, 'values': ${quoted}}`;
  return `CASE WHEN ${holds} THEN ${item} END`;
}

/** Tests on one field that stand side by side in an OR become one group. */
function groupValues(parts: readonly Expression[]): readonly (Expression | ValueGroup)[] {
  const out: (Expression | ValueGroup)[] = [];
  const groups = new Map<string, number>();
  for (const part of parts) {
    if (part.kind !== "value" || part.test.kind === "field") {
      out.push(part);
      continue;
    }
    const key = JSON.stringify(part.field);
    const at = groups.get(key);
    const group = at === undefined ? undefined : out[at];
    if (at !== undefined && group?.kind === "values") {
      out[at] = { ...group, tests: [...group.tests, part.test] };
    } else {
      groups.set(key, out.length);
      out.push({ kind: "values", field: part.field, tests: [part.test] });
    }
  }
  return out;
}

function valueGroupSql(group: ValueGroup, source: SourceDefinition, place: RulePlace): string {
  return anyValueSql(comparable(source, group.field, place), (text) => anyTestSql(text, group.tests));
}

function comparable(source: SourceDefinition, field: FieldPath, place: RulePlace): ReturnType<typeof fieldAccess> {
  const access = fieldAccess(source, field);
  checkComparable(access, place);
  return access;
}

function keywordSql(expression: Extract<Expression, { kind: "keyword" }>, source: SourceDefinition): string {
  const test: PlainTest = {
    kind: "pattern",
    pattern: widenPattern(expression.pattern, "contains"),
    cased: expression.cased,
  };
  const scalars = Object.values(source.fields).map(
    (sql) => `coalesce(${testSql(`CAST(${sql} AS VARCHAR)`, test)}, FALSE)`,
  );
  const documents = [
    ...Object.values(source.jsonFields).map((sql) => `CAST(${sql} AS VARCHAR)`),
    ...(source.table.columns.some((column) => column.name === "unmapped") ? ["unmapped"] : []),
  ].map((column) => {
    const nodes = `list_concat([json_extract(${column}, '$')], json_extract(${column}, '$..*'))`;
    const leaf = `json_type(logkeep_j) NOT IN ('OBJECT', 'ARRAY', 'NULL') AND ${testSql("(logkeep_j->>'$')", test)}`;
    return `coalesce(len(list_filter(${nodes}, lambda logkeep_j: coalesce(${leaf}, FALSE))) > 0, FALSE)`;
  });
  return `(${[...scalars, ...documents].join(" OR ")})`;
}
