/** Random expressions of Athena's SQL over a small table: most are well typed, some are not. */
import fc from "fast-check";
import { FUNCTION_GROUPS } from "../../queries/dialect/functions.ts";
import { type Pattern, parameterAt } from "../../queries/dialect/types/signature.ts";

const DAYS = ["DATE '2026-01-05'", "DATE '2024-02-29'"];
const ROWS = [
  `(1, 1, BIGINT '2', 1.5, 2.5e0, 'x', true, ${DAYS[0]}, TIMESTAMP '2026-01-05 10:11:12.345', TIMESTAMP '2026-01-05 22:00:00 UTC', ARRAY[1, 2, NULL], ARRAY['a', 'b'], map(ARRAY['k', 'a'], ARRAY[1, 2]), map(ARRAY[1, 2], ARRAY['p', 'q']), X'00ff', IPADDRESS '10.0.0.1', '{"a": 1, "b": ["x"]}')`,
  `(2, -7, BIGINT '9007199254740993', -0.5, -1e0, 'a,b', false, ${DAYS[1]}, TIMESTAMP '1969-12-31 23:59:59.999', TIMESTAMP '2026-07-01 00:00:00 UTC', ARRAY[3], ARRAY['x', NULL, 'a'], map(ARRAY['z'], ARRAY[0]), map(ARRAY[-7], ARRAY['r']), X'', IPADDRESS '2001:db8::1', '[1, 2]')`,
  "(3, 0, BIGINT '-1', 10.0, 0e0, '', NULL, DATE '1970-01-01', TIMESTAMP '2026-12-31 00:00:00.000', TIMESTAMP '1970-01-01 00:00:00 UTC', ARRAY[], ARRAY[], map(ARRAY[], ARRAY[]), map(ARRAY[], ARRAY[]), X'41', IPADDRESS '::', 'no json')",
  "(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
];

/** The table: four rows with a column of each type, named as below. */
export const SAMPLE_TABLE = `(SELECT *, CAST(ROW(i, s) AS row(x integer, y varchar)) AS r, json_extract(doc, '$') AS j FROM (VALUES ${ROWS.join(", ")}) AS v (id, i, b, d, f, s, p, day, ts, tz, l, sl, m, im, bin, ip, doc)) AS t`;

type Kind =
  | "integer"
  | "bigint"
  | "decimal"
  | "double"
  | "varchar"
  | "boolean"
  | "date"
  | "timestamp"
  | "timestamp with time zone"
  | "array(integer)"
  | "array(varchar)"
  | "map(varchar, integer)"
  | "map(integer, varchar)"
  | "row"
  | "varbinary"
  | "ipaddress"
  | "json";

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  integer: ["i", "i", "1", "2", "0", "-3", "id", "CAST(NULL AS integer)"],
  bigint: ["b", "BIGINT '5'", "3000000000"],
  decimal: ["d", "1.5", "0.25", "-2.0", "12345.678"],
  double: ["f", "1.5e0", "0e0", "-2.5e0"],
  varchar: ["s", "s", "'a'", "'x'", "''", "'12'", "'2026-01-05'", "doc", "'añ'", "CAST(NULL AS varchar)"],
  boolean: ["p", "true", "false", "i > 0", "s = 'x'"],
  date: ["day", "day", "DATE '2026-01-31'"],
  timestamp: ["ts", "TIMESTAMP '2026-01-31 12:00:00'", "TIMESTAMP '2026-01-31 12:00:00.123456'"],
  "timestamp with time zone": ["tz", "TIMESTAMP '2026-02-28 23:00:00 UTC'"],
  "array(integer)": ["l", "ARRAY[1, 3]", "ARRAY[i]", "ARRAY[NULL, 2]"],
  "array(varchar)": ["sl", "ARRAY['a', 'x']", "ARRAY[s]", "split(s, ',')"],
  "map(varchar, integer)": ["m", "map(ARRAY['a', 'b'], ARRAY[1, NULL])"],
  "map(integer, varchar)": ["im", "map(ARRAY[1, 0], ARRAY['u', 'v'])"],
  row: ["r"],
  varbinary: ["bin", "X'6162'"],
  ipaddress: ["ip", "IPADDRESS '10.255.0.1'"],
  json: ["j", "json_extract(doc, '$.a')"],
};

const KINDS = Object.keys(LEAVES) as readonly Kind[];

/** Arguments that the translation wants as literals, and others that only some values make sense of. */
const ARGUMENTS: readonly (readonly [RegExp, number, readonly string[]])[] = [
  [/^regexp_/, 1, ["'[a-z]'", "'[0-9]+'", "'a|x'", "'^(.)'"]],
  [/^regexp_extract/, 2, ["0"]],
  [/^regexp_replace$/, 2, ["'-'", "''"]],
  [/^date_(trunc|diff)$/, 0, ["'day'", "'month'", "'hour'", "'year'", "'week'", "'minute'"]],
  [/^date_add$/, 0, ["'day'", "'month'", "'hour'", "'year'", "'minute'"]],
  [/^date_add$/, 1, ["1", "-40", "i"]],
  [/^date_format$/, 1, ["'%Y-%m-%d %H:%i'", "'%y %e %j'"]],
  [/^format_datetime$/, 1, ["'yyyy-MM-dd HH:mm:ss.SSS'"]],
  [/^json_extract/, 1, ["'$.a'", "'$.b[0]'", "'$'"]],
  [/^(lpad|rpad)$/, 1, ["5", "0", "id"]],
  [/^(lpad|rpad)$/, 2, ["'-'", "'ab'"]],
  [/^split/, 1, ["','", "'a'"]],
  [/^split_part$/, 2, ["1", "2", "id"]],
  [/^replace$/, 1, ["'a'", "','"]],
  [/^chr$/, 0, ["65", "233"]],
  [/^from_base$/, 0, ["'ff'"]],
  [/^from_base$/, 1, ["16"]],
  [/^to_base$/, 0, ["255", "id"]],
  [/^to_base$/, 1, ["16", "2"]],
  [/^from_iso8601_timestamp$/, 0, ["'2026-01-05T10:00:00Z'", "'2026-01-05'"]],
  [/^from_iso8601_date$|^date$/, 0, ["'2026-01-05'", "day"]],
  [/^from_hex$/, 0, ["'00ff'"]],
  [/^from_base64$/, 0, ["'YWI='"]],
  [/^from_utf8$/, 0, ["X'6162'", "to_utf8(s)"]],
  [/^from_unixtime$/, 0, ["id", "1767607872"]],
  [/^repeat$/, 1, ["2", "id"]],
  [/^sequence$/, 0, ["1", "id"]],
  [/^sequence$/, 1, ["5", "-3"]],
  [/^slice$/, 1, ["1", "-1", "id"]],
  [/^slice$/, 2, ["1", "2"]],
  [/^concat_ws$/, 0, ["','"]],
  [/^format$/, 0, ["'%s'", "'<%s>'"]],
  [/^date_parse$/, 0, ["'2026-01-05'", "s"]],
  [/^date_parse$/, 1, ["'%Y-%m-%d'"]],
  [/^url_extract/, 0, ["'https://example.com:80/a?x=1&y=%20#z'", "'no url'", "doc"]],
  [/^url_extract_parameter$/, 1, ["'x'", "s"]],
];

/** What random expressions are left out of: which value they give is the engine's own affair. */
const LEFT_OUT = [
  "now",
  "current_timestamp",
  "current_date",
  "grouping",
  "at_timezone",
  "json_parse",
  "map",
  "reverse",
];

const CALLS = FUNCTION_GROUPS.flatMap(({ rules }) => rules)
  .filter(({ kind, name }) => kind === "scalar" && !LEFT_OUT.includes(name))
  .flatMap(({ name, signatures }) => signatures.map((signature) => ({ name, signature })))
  .filter(({ signature }) => !signature.params.some(({ kind }) => kind === "function"));

const WRONG_ONE_IN = 12;

/** Expressions of one kind, most of them. */
function expressionOf(kind: Kind, depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...LEAVES[kind]);
  if (depth <= 0) return leaf;
  const other = (): fc.Arbitrary<string> => fc.constantFrom(...KINDS).chain((each) => expressionOf(each, depth - 1));
  const part = (wanted: Kind): fc.Arbitrary<string> =>
    fc.oneof({ weight: WRONG_ONE_IN, arbitrary: expressionOf(wanted, depth - 1) }, { weight: 1, arbitrary: other() });
  const same = fc
    .tuple(part("boolean"), part(kind), part(kind), fc.nat(5))
    .map(
      ([condition, one, two, form]) =>
        [
          `CASE WHEN ${condition} THEN ${one} ELSE ${two} END`,
          `coalesce(${one}, ${two})`,
          `if(${condition}, ${one}, ${two})`,
          `nullif(${one}, ${two})`,
          `CASE WHEN ${condition} THEN ${one} END`,
          `element_at(ARRAY[${one}, ${two}], 1)`,
        ][form % 6] ?? one,
    );
  const own = ownForms(kind, part);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: same },
    ...own.map((arbitrary) => ({ weight: 4, arbitrary })),
  );
}

function ownForms(kind: Kind, part: (kind: Kind) => fc.Arbitrary<string>): readonly fc.Arbitrary<string>[] {
  const any = fc.constantFrom(...KINDS);
  const number = fc.constantFrom<Kind>("integer", "bigint", "decimal", "double");
  const time = fc.constantFrom<Kind>("date", "timestamp", "timestamp with time zone");
  const calculated = fc
    .tuple(number.chain(part), fc.constantFrom("+", "-", "*", "/", "%"), number.chain(part))
    .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
  switch (kind) {
    case "boolean": {
      const compared = fc
        .tuple(any, any, fc.boolean())
        .chain(([one, two, isSame]) =>
          fc
            .tuple(part(one), part(isSame ? one : two), fc.constantFrom("=", "<>", "<", "<=", ">=", "IS DISTINCT FROM"))
            .map(([left, right, operator]) => `(${left} ${operator} ${right})`),
        );
      const mixed = fc
        .tuple(fc.constantFrom(number, time), fc.constantFrom("=", "<", ">="))
        .chain(([kinds, operator]) =>
          fc.tuple(kinds.chain(part), kinds.chain(part)).map(([left, right]) => `(${left} ${operator} ${right})`),
        );
      const listed = any.chain((one) =>
        fc
          .tuple(part(one), part(one), part(one), fc.boolean())
          .map(([value, low, high, isList]) =>
            isList ? `(${value} IN (${low}, ${high}))` : `(${value} BETWEEN ${low} AND ${high})`,
          ),
      );
      const logical = fc
        .tuple(part("boolean"), part("boolean"), fc.constantFrom("AND", "OR", "AND NOT"))
        .map(([left, right, word]) => `(${left} ${word} ${right})`);
      const like = fc
        .tuple(part("varchar"), fc.constantFrom("'a%'", "'%'", "s", "'_'"))
        .map(([one, two]) => `(${one} LIKE ${two})`);
      return [compared, mixed, listed, logical, like];
    }
    case "integer":
    case "bigint":
    case "decimal":
    case "double":
      return [calculated, castTo(kind, any, part)];
    case "varchar":
      return [
        fc.tuple(part("varchar"), part("varchar")).map(([left, right]) => `(${left} || ${right})`),
        castTo(kind, any, part),
      ];
    case "date":
    case "timestamp":
    case "timestamp with time zone":
      return [
        fc
          .tuple(
            part(kind),
            fc.constantFrom("+", "-"),
            fc.constantFrom("INTERVAL '1' DAY", "INTERVAL '1' MONTH", "INTERVAL '3' HOUR"),
          )
          .map(([value, operator, span]) => `(${value} ${operator} ${span})`),
        castTo(kind, time, part),
      ];
    case "array(integer)":
    case "array(varchar)": {
      const element = kind === "array(integer)" ? "integer" : "varchar";
      return [
        fc.tuple(part(element), part(element)).map((items) => `ARRAY[${items.join(", ")}]`),
        fc.tuple(part(kind), part(element)).map(([list, one]) => `(${list} || ${one})`),
        fc
          .tuple(part(kind), fc.constantFrom("transform", "filter"))
          .map(([list, name]) =>
            name === "filter" ? `filter(${list}, e -> e IS NOT NULL)` : `transform(${list}, e -> coalesce(e, e))`,
          ),
      ];
    }
    default:
      return [];
  }
}

function castTo(
  kind: Kind,
  from: fc.Arbitrary<Kind>,
  part: (kind: Kind) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const type = kind === "decimal" ? "decimal(12, 2)" : kind;
  return fc
    .tuple(from.chain(part), fc.boolean())
    .map(([value, isTry]) => `${isTry ? "TRY_CAST" : "CAST"}(${value} AS ${type})`);
}

/** A call of any function of the list, with arguments as one of its readings has them. */
const CALL: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...CALLS), fc.constantFrom(...KINDS), fc.nat(1))
  .chain(([{ name, signature }, variable, extra]) => {
    const count = signature.params.length + (signature.isVariadic ? extra : 0);
    const args = Array.from({ length: count }, (_, index) => {
      const literals = ARGUMENTS.find(([names, at]) => names.test(name) && at === index)?.[2];
      const pattern = parameterAt(signature, index);
      const fitting = literals === undefined ? kindsOf(pattern, variable) : null;
      const right =
        fitting === null
          ? fc.constantFrom(...(literals ?? ["NULL"]))
          : fc.constantFrom(...fitting).chain((kind) => expressionOf(kind, 1));
      const wrong = fc.oneof(
        fc.constant("NULL"),
        fc.constantFrom(...KINDS).chain((kind) => expressionOf(kind, 0)),
      );
      return fc.oneof({ weight: WRONG_ONE_IN, arbitrary: right }, { weight: 1, arbitrary: wrong });
    });
    return fc.tuple(...args).map((texts) => `${name}(${texts.join(", ")})`);
  });

function kindsOf(pattern: Pattern | null, variable: Kind): readonly Kind[] {
  if (pattern === null) return KINDS;
  switch (pattern.kind) {
    case "variable":
      return pattern.name === "K" ? ["varchar"] : [variable];
    case "array":
      return ["array(integer)", "array(varchar)"];
    case "map":
      return ["map(varchar, integer)", "map(integer, varchar)"];
    default:
      return KINDS.includes(pattern.kind as Kind) ? [pattern.kind as Kind] : ["integer"];
  }
}

/** An aggregate over all rows, or a window over them in their order. */
const AGGREGATED: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      ...["sum", "avg", "min", "max", "count", "count_if", "bool_and", "bool_or", "approx_distinct", "stddev"],
      ...["bitwise_or_agg", "first_value", "last_value", "lag", "max_by", "array_agg", "ntile"],
    ),
    fc.constantFrom(...KINDS).chain((kind) => expressionOf(kind, 1)),
    fc.boolean(),
  )
  .map(([name, value, isWindow]) => {
    const args =
      name === "max_by" ? `${value}, id` : name === "array_agg" && !isWindow ? `${value} ORDER BY id` : value;
    const call = `${name}(${args})`;
    const mustBeWindow = ["first_value", "last_value", "lag", "ntile"].includes(name);
    return isWindow || mustBeWindow
      ? `SELECT ${call} OVER (ORDER BY id) AS v FROM ${SAMPLE_TABLE} ORDER BY id`
      : `SELECT ${call} AS v FROM ${SAMPLE_TABLE}`;
  });

/** Queries of one column over the table, in the order of its rows. */
export const RANDOM_QUERY: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: AGGREGATED },
  {
    weight: 5,
    arbitrary: fc
      .oneof(
        { weight: 2, arbitrary: CALL },
        { weight: 3, arbitrary: fc.constantFrom(...KINDS).chain((kind) => expressionOf(kind, 2)) },
      )
      .map((value) => `SELECT ${value} AS v FROM ${SAMPLE_TABLE} ORDER BY id`),
  },
);

/** Those of aggregates alone. */
export const RANDOM_AGGREGATE: fc.Arbitrary<string> = AGGREGATED;
