import type { SourceDefinition } from "../../core/source.ts";
import type { Expression, FieldPath, ValueTest } from "../sigma/ir.ts";
import { widenPattern } from "../sigma/pattern.ts";
import type { RulePlace } from "../sigma/sigma-error.ts";
import {
  anyValueSql,
  checkComparable,
  type Depth,
  existsSql,
  type FieldAccess,
  fieldAccess,
  isNullSql,
  needsFullTerms,
  valuesSql,
} from "./field-sql.ts";
import { anyTestSql, compareSql, testSql } from "./test-sql.ts";

type PlainTest = Exclude<ValueTest, { kind: "field" }>;
/** A field with several tests, of which one must pass: what a list of values becomes. */
interface ValueGroup {
  readonly kind: "values";
  readonly field: FieldPath;
  readonly tests: readonly PlainTest[];
}

/** What a condition is compiled for. */
export interface SqlContext {
  readonly source: SourceDefinition;
  readonly place: RulePlace;
  readonly depth: Depth;
}

/**
 * The condition as a boolean over a row of the source's table. Never NULL: each leaf is two-valued before anything
 * negates it. Parts of an AND that cost more are asked only where the cheaper ones hold.
 */
export function expressionSql(expression: Expression | ValueGroup, context: SqlContext): string {
  const part = (inner: Expression | ValueGroup): string => expressionSql(inner, context);
  const { source, depth } = context;
  switch (expression.kind) {
    case "and":
      return andSql(expression.of, context);
    case "or":
      return `(${groupValues(expression.of).map(part).join(" OR ")})`;
    case "not":
      return `(NOT ${part(expression.of)})`;
    case "at-least":
      return `(${expression.of.map((inner) => `CAST(${part(inner)} AS INTEGER)`).join(" + ")} >= ${expression.count})`;
    case "selection":
      return part(expression.of);
    case "constant":
      return expression.value ? "TRUE" : "FALSE";
    case "exists":
      return existsSql(fieldAccess(source, expression.field), depth);
    case "null":
      return isNullSql(fieldAccess(source, expression.field), depth);
    case "keyword":
      return keywordSql(expression, source);
    case "values":
      return anyValueSql(comparable(expression.field, context), depth, (text) => anyTestSql(text, expression.tests));
    case "value": {
      const { field, test } = expression;
      if (test.kind !== "field") return part({ kind: "values", field, tests: [test] });
      const others = valuesSql(comparable(test.other, context), depth);
      const values = valuesSql(comparable(field, context), depth);
      const passes = compareSql("logkeep_x", "logkeep_y", test.how, test.cased);
      return `coalesce(len(list_filter(${values}, lambda logkeep_x: len(list_filter(${others}, lambda logkeep_y: coalesce(${passes}, FALSE))) > 0)) > 0, FALSE)`;
    }
  }
}

/** A boolean, possibly NULL for "no": the row must be judged by the full reading. */
export function needsFullSql(expression: Expression, source: SourceDefinition): string {
  const terms = new Set(fieldsOf(expression).flatMap((field) => needsFullTerms(fieldAccess(source, field))));
  return terms.size === 0 ? "FALSE" : `(${[...terms].join(" OR ")})`;
}

/** The fields that a condition reads. Keywords read all and name none. */
export function fieldsOf(expression: Expression): readonly FieldPath[] {
  switch (expression.kind) {
    case "and":
    case "or":
    case "at-least":
      return expression.of.flatMap(fieldsOf);
    case "not":
    case "selection":
      return fieldsOf(expression.of);
    case "exists":
    case "null":
      return [expression.field];
    case "value":
      return expression.test.kind === "field" ? [expression.field, expression.test.other] : [expression.field];
    case "keyword":
    case "constant":
      return [];
  }
}

/**
 * The engine may ask the parts of an AND in any order, but the arms of a CASE only where the condition holds: so each
 * tier of cost stands in an arm of its own.
 */
function andSql(parts: readonly Expression[], context: SqlContext): string {
  const tiers = Map.groupBy(parts.flatMap(conjuncts), (part) => costOf(part, context.source));
  const [cheapest = "TRUE", ...rest] = [...tiers.entries()]
    .toSorted(([left], [right]) => left - right)
    .map(([, tier]) => tier.map((part) => expressionSql(part, context)).join(" AND "));
  if (rest.length === 0) return `(${cheapest})`;
  const inner = rest.reduceRight(
    (later, tier) => (later === "" ? tier : `CASE WHEN ${tier} THEN ${later} ELSE FALSE END`),
    "",
  );
  return `(CASE WHEN ${cheapest} THEN ${inner} ELSE FALSE END)`;
}

/** The parts that an expression joins by AND, however deep: `a and not (b or c)` is a, not b, not c. */
function conjuncts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "and":
      return expression.of.flatMap(conjuncts);
    case "selection":
      return conjuncts(expression.of);
    case "not": {
      const inner = expression.of.kind === "selection" ? expression.of.of : expression.of;
      return inner.kind === "or" ? inner.of.map((of) => ({ kind: "not", of })) : [expression];
    }
    default:
      return [expression];
  }
}

/** 0 for a comparison with a column, 1 for a path into JSON or a regular expression, 2 for an address or keywords. */
function costOf(expression: Expression, source: SourceDefinition): number {
  switch (expression.kind) {
    case "and":
    case "or":
    case "at-least":
      return Math.max(0, ...expression.of.map((part) => costOf(part, source)));
    case "not":
    case "selection":
      return costOf(expression.of, source);
    case "constant":
      return 0;
    case "keyword":
      return 2;
    case "exists":
    case "null":
      return fieldAccess(source, expression.field).scalar === null ? 1 : 0;
    case "value":
      if (expression.test.kind === "cidr") return 2;
      return fieldAccess(source, expression.field).scalar === null || expression.test.kind !== "pattern" ? 1 : 0;
  }
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

function comparable(field: FieldPath, { source, place }: SqlContext): FieldAccess {
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
