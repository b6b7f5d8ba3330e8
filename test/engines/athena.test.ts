import { afterAll, beforeAll, expect, test } from "vitest";
import { isLogkeepError } from "../../core/errors.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { trinoEngine } from "../support/athena-execution.ts";
import { athenaPair } from "../support/athena-test.ts";
import { collect } from "../support/collect.ts";
import { openTestEngine } from "../support/engine.ts";
import { HOSTILE_VALUES } from "../support/hostile-values.ts";
import { TRINO_CATALOG } from "../support/trino.ts";
import { trinoQuery } from "../support/trino-client.ts";
import { trinoInTest } from "../support/trino-in-test.ts";

let engine: SqlEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});

afterAll(() => engine.close());

async function duckDbRow(expression: string): Promise<unknown> {
  const { chunks } = await engine.stream(`SELECT ${expression} AS v`);
  return (await collect(chunks)).flat()[0];
}

/** Values that one statement asks for, each by itself. */
const BATCH = 10;

/** A value in Athena's SQL, and the same in DuckDB's. */
const VALUES: readonly (readonly [string, string])[] = [
  ["true", "true"],
  ["CAST(NULL AS varchar)", "NULL::VARCHAR"],
  ["''", "''"],
  ["'a, b=c} ]'", "'a, b=c} ]'"],
  ["BIGINT '9223372036854775807'", "9223372036854775807"],
  ["BIGINT '-9007199254740993'", "-9007199254740993"],
  ["42", "42"],
  ["1.5E0", "1.5::DOUBLE"],
  ["nan()", "'nan'::DOUBLE"],
  ["-infinity()", "'-inf'::DOUBLE"],
  ["1.0E300", "1e300"],
  ["REAL '1.1'", "1.1::FLOAT"],
  ["DECIMAL '1.10'", "1.10::DECIMAL(3,2)"],
  ["DECIMAL '12345678901234567890.123456789'", "12345678901234567890.123456789::DECIMAL(38,9)"],
  ["DATE '2026-01-05'", "DATE '2026-01-05'"],
  ["TIMESTAMP '2026-01-05 10:00:00.123'", "TIMESTAMP '2026-01-05 10:00:00.123'"],
  ["TIMESTAMP '2026-01-05 10:00:00.123456'", "TIMESTAMP '2026-01-05 10:00:00.123456'"],
  ["TIMESTAMP '2026-01-05 10:00:00.120000 UTC'", "TIMESTAMPTZ '2026-01-05 10:00:00.12Z'"],
  ["TIMESTAMP '2026-07-05 10:00:00.000001 Europe/Berlin'", "TIMESTAMPTZ '2026-07-05 08:00:00.000001Z'"],
  ["TIMESTAMP '2026-01-05 10:00:00 -05:30'", "TIMESTAMPTZ '2026-01-05 15:30:00Z'"],
  ["TIMESTAMP '1969-12-31 23:59:59.999999 UTC'", "TIMESTAMPTZ '1969-12-31 23:59:59.999999Z'"],
  ["X'00ff10'", "'\\x00\\xFF\\x10'::BLOB"],
  ["ARRAY[]", "[]"],
  ["ARRAY['a, b', NULL, '']", "['a, b', NULL, '']"],
  ["ARRAY[ARRAY[1, NULL], NULL]", "[[1, NULL], NULL]"],
  ["CAST(NULL AS array(bigint))", "NULL::BIGINT[]"],
  ["ARRAY[BIGINT '9223372036854775807']", "[9223372036854775807]"],
  ["ARRAY[DECIMAL '1.10', NULL]", "[1.10::DECIMAL(3,2), NULL]"],
  ["ARRAY[1.5E0, nan(), infinity()]", "[1.5::DOUBLE, 'nan'::DOUBLE, 'inf'::DOUBLE]"],
  ["ARRAY[TIMESTAMP '2026-01-05 10:00:00.123456 UTC']", "[TIMESTAMPTZ '2026-01-05 10:00:00.123456Z']"],
  ["ARRAY[TIMESTAMP '2026-07-05 10:00:00 Europe/Berlin']", "[TIMESTAMPTZ '2026-07-05 08:00:00Z']"],
  ["ARRAY[DATE '2026-01-05']", "[DATE '2026-01-05']"],
  ["ARRAY[X'00ff', NULL]", "['\\x00\\xFF'::BLOB, NULL]"],
  ["MAP(ARRAY['a=b', 'c, d'], ARRAY[1, NULL])", "MAP {'a=b': 1, 'c, d': NULL}"],
  ["MAP(ARRAY[1, 2], ARRAY['x', 'y'])", "MAP {1: 'x', 2: 'y'}"],
  ["MAP(ARRAY[DATE '2026-01-05'], ARRAY[X'01'])", "MAP {DATE '2026-01-05': '\\x01'::BLOB}"],
  ["CAST(ROW(1, 'x, b=2') AS ROW(a integer, b varchar))", "{'a': 1, 'b': 'x, b=2'}"],
  ["CAST(NULL AS ROW(a integer))", "NULL::STRUCT(a INTEGER)"],
  [
    "CAST(ROW(TIMESTAMP '2026-01-05 10:00:00 UTC', ARRAY[X'01']) AS ROW(t timestamp(6) with time zone, l array(varbinary)))",
    "{'t': TIMESTAMPTZ '2026-01-05 10:00:00Z', 'l': ['\\x01'::BLOB]}",
  ],
  [
    "ARRAY[CAST(ROW(ROW('x', DECIMAL '0.50')) AS ROW(inner_row ROW(k varchar, v decimal(3,2)))), NULL]",
    "[{'inner_row': {'k': 'x', 'v': 0.50::DECIMAL(3,2)}}, NULL]",
  ],
  ["JSON '{\"a\":[1,2]}'", "'{\"a\":[1,2]}'::JSON"],
  [
    "ARRAY['line\nbreak', 'tab\t', 'quote\"', 'back\\slash', U&'\\0000', U&'\\+01F600']",
    `['line' || chr(10) || 'break', 'tab' || chr(9), 'quote"', 'back\\slash', chr(0), chr(128512)]`,
  ],
];

test("default: values of every type are what DuckDB gives", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  for (const [athena, duckDb] of VALUES) {
    expect((await pair.ask(`SELECT ${athena} AS v`))[0], athena).toEqual(await duckDbRow(duckDb));
  }
  const together = `SELECT ${VALUES.map(([athena], index) => `${athena} AS v${index}`).join(", ")}`;
  const [row] = await pair.ask(together);
  for (const [index, [, duckDb]] of VALUES.entries()) {
    expect({ v: row?.[`v${index}`] }, duckDb).toEqual(await duckDbRow(duckDb));
  }
});

test("behavior: 200 hostile values each find themselves alone", async (context) => {
  const server = trinoInTest(context);
  await using pair = await athenaPair(trinoEngine(server), "hostile");
  expect(HOSTILE_VALUES.length).toBeGreaterThanOrEqual(200);
  // Their bytes reach the engine by another way than the parameter does.
  const rows = HOSTILE_VALUES.map(
    (value, id) => `(${id}, from_utf8(from_hex('${Buffer.from(value).toString("hex")}')))`,
  );
  await trinoQuery(server, "CREATE SCHEMA hostile", { catalog: TRINO_CATALOG });
  await trinoQuery(server, `CREATE TABLE samples AS SELECT * FROM (VALUES ${rows.join(", ")}) AS t(id, v)`, {
    catalog: TRINO_CATALOG,
    schema: "hostile",
  });
  const one = "SELECT CAST(? AS integer) AS asked, id, ? AS echo FROM samples WHERE v = ? OR v = ?";
  for (let from = 0; from < HOSTILE_VALUES.length; from += BATCH) {
    const batch = HOSTILE_VALUES.slice(from, from + BATCH).map((value, index) => ({ asked: from + index, value }));
    const found = await pair.ask(
      batch.map(() => one).join("\nUNION ALL\n"),
      ...batch.flatMap(({ asked, value }) => [asked, value, value, null]),
    );
    expect(found.toSorted((left, right) => Number(left["asked"]) - Number(right["asked"]))).toEqual(
      batch.map(({ asked, value }) => ({ asked, id: asked, echo: value })),
    );
  }
});

test("behavior: hostile values inside nested ones come back whole", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  const some = HOSTILE_VALUES.filter((value, index) => index % 3 === 0 && value.length < 100);
  const places = some.map(() => "?").join(", ");
  const [row] = await pair.ask(
    `SELECT ARRAY[${places}] AS l, MAP(ARRAY[${places}], ARRAY[${places}]) AS m`,
    ...some,
    ...some,
    ...some,
  );
  expect(row).toEqual({ l: some, m: Object.fromEntries(some.map((value) => [value, value])) });
});

test("behavior: other values are the literals that they are", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  const at = new Date("2026-01-05T10:00:00.123Z");
  const values = [null, true, false, 0, -1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n), 1.5, -1e-300, 1e300, at];
  const rows = await pair.ask(`SELECT ${values.map((_, index) => `? AS v${index}`).join(", ")}`, ...values);
  expect(Object.values(rows[0] ?? {})).toEqual([
    ...[null, true, false, 0, -1, 2 ** 53 - 1, "9223372036854775807", "-9223372036854775808", 1.5, -1e-300, 1e300],
    at.toISOString(),
  ]);
  await expect(pair.ask("SELECT ?", "\ud800")).rejects.toMatchObject({ code: "cli.usage" });
});

test("behavior: a result of any size comes in pages and in its order", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  const numbers =
    "SELECT a * 100 + b AS n FROM UNNEST(sequence(1, 250)) AS t(a) CROSS JOIN UNNEST(sequence(1, 100)) AS u(b)";
  const sql = `SELECT ARRAY[n] AS list, n FROM (${numbers}) ORDER BY n DESC`;
  const answer = await pair.athena.run({ sql, values: [], reuseMinutes: null }, new AbortController().signal);
  const sizes: number[] = [];
  let last = Number.POSITIVE_INFINITY;
  for await (const chunk of answer.chunks) {
    sizes.push(chunk.length);
    for (const row of chunk) {
      expect(row["list"]).toEqual([row["n"]]);
      expect(Number(row["n"])).toBeLessThan(last);
      last = Number(row["n"]);
    }
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25_000);
  expect(Math.max(...sizes)).toBe(1_000);
  expect(sizes).toHaveLength(26);
  const before = pair.endpoint.requests.length;
  const again = await pair.athena.run({ sql: numbers, values: [], reuseMinutes: null }, new AbortController().signal);
  for await (const chunk of again.chunks) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  const asked = pair.endpoint.requests.slice(before).filter(({ operation }) => operation === "GetQueryResults");
  expect(asked).toHaveLength(2);
});

test("behavior: an interrupted query is stopped where it runs", async (context) => {
  const server = trinoInTest(context);
  await using pair = await athenaPair(trinoEngine(server));
  const long =
    "SELECT count(*) AS interrupted_here FROM UNNEST(sequence(1, 10000)) AS a(x), UNNEST(sequence(1, 10000)) AS b(y), UNNEST(sequence(1, 10000)) AS c(z) WHERE (x * y + z) % 7 = 3";
  const stopper = new AbortController();
  const run = pair.athena.run({ sql: long, values: [], reuseMinutes: null }, stopper.signal);
  const running = () => [...pair.endpoint.executions.values()].find((each) => each.sql === long);
  const states = async () => {
    const { rows } = await trinoQuery(
      server,
      "SELECT state FROM system.runtime.queries WHERE query LIKE '%interrupted_here%' AND query LIKE 'SELECT count%'",
    );
    return rows.flat();
  };
  // A statement that is cancelled before the server's own queue has taken it never appears there.
  await expect.poll(states, { timeout: 60_000 }).toEqual(["RUNNING"]);
  expect(running()?.state()).toBe("RUNNING");
  stopper.abort();
  await expect(run).rejects.toMatchObject({ code: "sql.interrupted" });
  expect(running()?.state()).toBe("CANCELLED");
  await running()?.ended;
  await expect.poll(states, { timeout: 60_000 }).toEqual(["FAILED"]);
});

test("error: a text that the engine refuses is the analyst's to mend", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  const failure = async (sql: string, ...values: (string | null)[]) => {
    const thrown: unknown = await pair.ask(sql, ...values).catch((each: unknown) => each);
    if (!isLogkeepError(thrown)) throw thrown;
    return thrown;
  };
  expect(await failure("SELEC 1")).toMatchObject({ code: "sql.failed", retry: "never" });
  expect(await failure("SELECT no_such FROM (VALUES 1) AS t(x)")).toMatchObject({
    code: "sql.failed",
    facts: expect.objectContaining({ state: "FAILED", kind: "COLUMN_NOT_FOUND" }),
  });
  const cast = await failure("SELECT CAST(v AS bigint) AS n FROM (VALUES 'secret-value') AS t(v)");
  expect(cast).toMatchObject({ code: "sql.failed", facts: expect.objectContaining({ kind: "INVALID_CAST_ARGUMENT" }) });
  expect(JSON.stringify([cast.message, cast.facts, cast.hint])).not.toContain("secret-value");
  expect(await failure("SELECT ? AS v")).toMatchObject({ code: "sql.failed" });
  for (const write of [
    "CREATE TABLE t AS SELECT 1 AS x",
    "DROP TABLE t",
    "SELECT 1) LIMIT 0 --",
    "SELECT 1; SELECT 2",
  ]) {
    expect(await failure(write), write).toMatchObject({ code: "sql.failed" });
  }
  expect([...pair.endpoint.executions.values()].filter(({ sql }) => /^(CREATE|DROP)/.test(sql))).toEqual([]);
});

test("error: fields that cannot be told apart by their names are refused", async (context) => {
  await using pair = await athenaPair(trinoEngine(trinoInTest(context)));
  const odd = 'SELECT CAST(ROW(1, 2) AS ROW("a b" integer, "c, d integer" integer)) AS v';
  await expect(pair.ask(odd)).rejects.toMatchObject({ code: "athena.unreadable-type" });
  expect(await pair.ask(`SELECT v[1] AS a FROM (${odd})`)).toEqual([{ a: 1 }]);
});
