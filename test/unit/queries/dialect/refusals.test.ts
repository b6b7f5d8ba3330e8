/** Texts that Athena takes, or other engines, and that must not run here with a meaning of their own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlEngine } from "../../../../core/sql-engine.ts";
import { columnsOf } from "../../../../queries/dialect/lake-columns.ts";
import { translateAthena } from "../../../../queries/dialect/translate.ts";
import { runOnDuckDb } from "../../../support/dialect-engine.ts";
import { openTestEngine } from "../../../support/engine.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
  t: ["a integer", "b integer", "id integer", "x varchar", "y varchar", "list array(varchar)"],
  u: ["x integer", "u integer", "id integer"],
  x: ["t timestamp(3) with time zone"],
};

function tableColumns(name: string) {
  const columns = TABLES[name];
  return columns === undefined ? null : columnsOf(columns);
}

function refusalOf(sql: string): unknown {
  try {
    translateAthena(sql, [], tableColumns);
  } catch (thrown) {
    return thrown;
  }
  return "it is taken";
}

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

describe("functions", () => {
  test.each([
    ["SELECT foo(1)", "foo()"],
    ["SELECT substr(X'00', 1)", "substr(varbinary, integer)"],
    ["SELECT date_parse(x, '%d.%m') FROM t", "date_parse() without %Y and %m"],
    ["SELECT date_parse(x, '%Y-%m-%D') FROM t", "%D in the format of date_parse()"],
    ["SELECT format('%.2f', 1.5e0)", "%.2f of double in format()"],
    ["SELECT format('%d', x) FROM t", "%d of varchar in format()"],
    ["SELECT\n  try(1 / 0)", "try()"],
    ["SELECT random()", "random()"],
    ["SELECT read_text('x')", "read_text()"],
    ["SELECT trino_length('x')", "trino_length()"],
    ["SELECT query('SELECT 1')", "query()"],
    ["SELECT length('a', 'b')", "length() with 2 arguments"],
    [
      "SELECT array_agg(x) OVER () FROM t ORDER BY count(DISTINCT x) OVER ()",
      "OVER and DISTINCT or ORDER BY with count()",
    ],
    ["SELECT lower(DISTINCT x) FROM t", "DISTINCT with lower()"],
    ["SELECT lower(x) FILTER (WHERE true) FROM t", "FILTER with lower()"],
    ["SELECT sum(x ORDER BY x) FROM t", "ORDER BY with sum()"],
    ["SELECT sum(*) FROM t", "* with sum()"],
    ["SELECT row_number() FROM t", "no OVER with row_number()"],
    ["SELECT listagg(x, ',') FROM t", "WITHIN GROUP with listagg()"],
    ["SELECT max(x) IGNORE NULLS OVER () FROM t", "IGNORE NULLS with max()"],
    ["SELECT position('a' IN x) FROM t", "position(x IN y)"],
    ["SELECT json_value(x, 'lax $.a') FROM t", "json_value"],
    ["SELECT transform(x, y) FROM t", "an argument that is no lambda of this kind"],
    ["SELECT x -> 1 FROM t", "a lambda here"],
    ['SELECT "lower"(x) FROM t', "a quoted function name"],
  ])("error: %s is refused for %s", (sql, what) => {
    expect(refusalOf(sql)).toEqual(
      expect.objectContaining({
        code: "dialect.unsupported",
        facts: expect.objectContaining({ what }),
        hint: expect.any(String),
      }),
    );
  });
});

describe("forms", () => {
  test.each([
    ["SELECT * FROM t TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"],
    ["SELECT * FROM t AS x TABLESAMPLE SYSTEM (10)", "TABLESAMPLE"],
    ["SELECT * FROM t FOR VERSION AS OF 1", "FOR"],
    ["SELECT * FROM t MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS true)", "MATCH_RECOGNIZE"],
    ["SELECT * FROM db.t", "a table's name with its database"],
    ['SELECT * FROM "/etc/passwd.csv"', "this table name"],
    ['SELECT * FROM "t$snapshots"', "this table name"],
    ["SELECT * FROM TABLE(sequence(1, 2))", "TABLE(...)"],
    ["SELECT * FROM read_csv('x')", "a table function"],
    ["SELECT * FROM t NATURAL JOIN u", "NATURAL JOIN"],
    ["SELECT * FROM t, LATERAL (SELECT 1) AS u", "LATERAL"],
    ["SELECT * FROM t JOIN u USING (id)", "* over a join with USING"],
    ['SELECT "$path" FROM t', '"$path"'],
    ["SELECT t AT TIME ZONE 'Europe/Berlin' FROM x", "AT TIME ZONE here"],
    ["SELECT at_timezone(t, 'Europe/Berlin') FROM x", "at_timezone here"],
    ["SELECT hour(t AT TIME ZONE '+02:00') FROM x", "this time zone"],
    ["WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a", "WITH RECURSIVE"],
    ["SELECT a FROM t FETCH FIRST 1 ROW WITH TIES", "FETCH ... WITH TIES"],
    ["SELECT a, count(*) FROM t GROUP BY ALL", "GROUP BY ALL"],
    ["SELECT a FROM t, UNNEST(list)", "UNNEST without names"],
    ["SELECT *, 1 + 1 FROM t", "a column without a name after *"],
    ["SELECT ARRAY[1] = ARRAY[1]", "a comparison of rows or arrays"],
    ["SELECT (1, 2) IN ((1, 2))", "a comparison of rows or arrays"],
    ["SELECT a FROM t WHERE EXISTS (SELECT x + 1 AS b FROM u WHERE b > 3)", "the name b, an alias here as well"],
    ["SELECT (SELECT max(u) FROM u) FROM t", "the name u, an alias here as well"],
    ["SELECT -a AS a FROM t ORDER BY a + 0", "ORDER BY with the alias a inside"],
    ["SELECT regexp_like(x, y) FROM t", "the pattern of regexp_like() that is no literal"],
    ["SELECT regexp_like(x, '(?i)a') FROM t", "(?i in a regular expression"],
    ["SELECT regexp_like(x, 'a++') FROM t", "a quantifier after a quantifier in a regular expression"],
    ["SELECT regexp_like(x, '\\bx') FROM t", "\\b in a regular expression"],
    ["SELECT regexp_like(x, '(a)\\1') FROM t", "\\1 in a regular expression"],
    ["SELECT regexp_like(x, 'a$|b') FROM t", "$ before the end or beside | in a regular expression"],
    ["SELECT regexp_extract(x, '(a)|b', 1) FROM t", "a group that may not be in the match"],
    ["SELECT regexp_split(x, 'a*') FROM t", "regexp_split() with a pattern that may match nothing"],
    ["SELECT regexp_replace(x, 'a?', '-') FROM t", "regexp_replace() with a pattern that may match nothing"],
    ["SELECT regexp_extract_all(x, 'a$') FROM t", "$ in regexp_extract_all()"],
    ["SELECT regexp_replace(x, 'a', '\\1') FROM t", "a backslash in a replacement"],
    ["SELECT json_extract(x, '$..a') FROM t", "this JSON path"],
    ["SELECT json_extract(x, '$.a[*]') FROM t", "this JSON path"],
    ["SELECT json_extract(json_parse(x), '$.a') FROM t", "json_parse here"],
    ["SELECT date_add('millisecond', 1, t) FROM x", "date_add of milliseconds"],
    ["SELECT date_format(t, '%D') FROM x", "%D in a format"],
    ["SELECT CAST(x AS char(3)) FROM t", "char"],
    ["SELECT CAST(x AS real) FROM t", "real"],
    ["SELECT CAST(x AS timestamp(9)) FROM t", "timestamp(9)"],
    ["SELECT CAST(json_parse(x) AS array(json)) FROM t", "a CAST of JSON to this type"],
    ["SELECT INTERVAL '1' DAY", "interval day to second as a result"],
    ["SELECT DATE '2026-01-05' - DATE '2026-01-04'", "INTERVAL here"],
    ["SELECT IPADDRESS '10.0.0.1' AS ip", "ipaddress as a result, ip"],
    ["SELECT 1.5 / 2", "decimal(2, 1) / integer, of decimals"],
    ["SELECT coalesce(0, ceil(-1.5))", "ceil(decimal(2, 1))"],
    ["SELECT max(list) FROM t", "a comparison of rows or arrays"],
    ["SELECT max_by(a, list) FROM t", "a comparison of rows or arrays"],
    ["SELECT a FROM t ORDER BY list", "ORDER BY a array"],
    ["SELECT array_sort(ARRAY[list]) FROM t", "a comparison of rows or arrays"],
    ["SELECT 'a' || NULL", "NULL without a type in a concatenation"],
    ["SELECT nullif(ARRAY[1], ARRAY[1])", "a comparison of rows or arrays"],
    ["SELECT contains(ARRAY[ARRAY[1]], ARRAY[1])", "a comparison of rows or arrays"],
    ["SELECT a = b FROM (VALUES (ARRAY[1, NULL], ARRAY[1, 2])) AS t (a, b)", "a comparison of rows or arrays"],
    ["SELECT a IN (b) FROM (VALUES (ARRAY[1, NULL], ARRAY[1, 2])) AS t (a, b)", "a comparison of rows or arrays"],
    ["SELECT x FROM t WHERE INTERVAL '1' MONTH > INTERVAL '2' MONTH", "INTERVAL here"],
    ["SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR", "INTERVAL here"],
    ["SELECT t + INTERVAL '1' DAY * 2 FROM x", "INTERVAL here"],
    ["DELETE FROM t", "DELETE"],
    ["EXPLAIN SELECT 1", "EXPLAIN"],
    ["SHOW TABLES", "SHOW"],
  ])("error: %s is refused for %s", (sql, what) => {
    expect(refusalOf(sql)).toEqual(
      expect.objectContaining({ code: "dialect.unsupported", facts: expect.objectContaining({ what }) }),
    );
  });
});

describe("what is not Athena's", () => {
  test.each([
    "SELECT a::int FROM t",
    "SELECT `a` FROM t",
    "SELECT 1; SELECT 2",
    "SELECT 'a",
    "SELECT 1 /* a",
    "SELECT $$a$$",
    "SELECT E'\\n'",
    "SELECT [1]",
    "SELECT {'a': 1}",
    "SELECT a ? b FROM t",
    "SELECT a // b FROM t",
    "SELECT TOP 5 a FROM t",
    "SELECT a = b = c FROM t",
    "SELECT DISTINCT ON (a) b FROM t",
    "FROM t SELECT a",
    "SELECT a FROM t LIMIT 1 OFFSET 2",
    "SELECT * EXCLUDE (a) FROM t",
    "SELECT a ILIKE 'x' FROM t",
    "SELECT 'x' LIKE 'a!b' ESCAPE '!'",
    "SELECT $undeclared",
    "SELECT :name",
    "SELECT 9223372036854775808",
    "SELECT X'abc'",
    "SELECT U&'\\D800'",
    "SELECT 'a' 'b'",
    `SELECT ${"(".repeat(300)}1${")".repeat(300)}`,
    "SELECT",
    "SELECT 1 FROM",
    "SELECT a b c FROM t",
    "SELECT a FROM t u v",
    "SELECT a,, b FROM t",
    "SELECT CASE END",
    "SELECT 1 IN ()",
  ])("error: %s", (sql) => {
    expect(refusalOf(sql)).toEqual(expect.objectContaining({ code: expect.stringMatching(/^dialect\./) }));
  });
});

describe("values that the engines read differently", () => {
  test.each([
    `json_extract_scalar('{"a":1,"b', '$.a')`,
    `json_extract_scalar('{"b":[1,],"a":2}', '$.a')`,
    `json_extract_scalar('{"b":NaN,"a":2}', '$.a')`,
    `json_extract_scalar('{"a":1.50}', '$.a')`,
    "json_array_length('[1] x')",
    "from_iso8601_timestamp('2026-01-05T10:00:00+02:00')",
    "TRY_CAST('0x10' AS double)",
    "TRY_CAST(U&'\\0661' AS bigint)",
    "TRY_CAST('2026-1-5' AS date)",
    "TRY_CAST('2026-01-05 10:00:00 Europe/Berlin' AS timestamp with time zone)",
    "TRY_CAST('fe80::1%eth0' AS ipaddress) IS NULL",
    "date_parse('2026-1-5', '%Y-%m-%d')",
    "url_extract_host('example.com/a')",
    "0e0 / 0e0",
    "array_join(ARRAY[1.5e0], ',')",
    "split('a', '')",
    "CAST(j AS varchar) FROM (SELECT json_extract('{\"a\":1}', '$.a') AS j) AS t",
  ])("error: SELECT %s fails instead of answering", async (sql) => {
    await expect(runOnDuckDb(`SELECT ${sql}`, engine)).rejects.toMatchObject({ code: "sql.failed" });
  });
});

test("behavior: a refusal says where, and what to write", () => {
  expect(() => translateAthena("SELECT a,\n  -- é\n  upper(🤖nonsense)")).toThrow(
    expect.objectContaining({ code: "dialect.syntax" }),
  );
  expect(() => translateAthena("SELECT 1,\n       typeof(b) FROM cloudtrail")).toThrow(
    expect.objectContaining({
      facts: { what: "typeof()", line: 2, column: 8 },
      hint: "`logkeep tables NAME` lists the types",
    }),
  );
});
