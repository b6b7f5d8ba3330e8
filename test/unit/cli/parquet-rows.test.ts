import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { duckDbTypeOf, parseAthenaType } from "../../../adapters/athena-types.ts";
import { writeRowsAsParquet } from "../../../cli/parquet-rows.ts";
import { type JsonRow, sqlString } from "../../../core/sql-engine.ts";
import { collect } from "../../support/collect.ts";
import { HOSTILE_VALUES } from "../../support/hostile-values.ts";
import { temporaryLake } from "../../support/temporary-lake.ts";

/** Athena's type, ours, and a value as rows spell it. */
const CASES: readonly (readonly [string, string, unknown])[] = [
  ["boolean", "BOOLEAN", true],
  ["integer", "INTEGER", -7],
  ["bigint", "BIGINT", "9223372036854775807"],
  ["double", "DOUBLE", 0.1],
  ["double", "DOUBLE", "NaN"],
  ["double", "DOUBLE", "-Infinity"],
  ["real", "FLOAT", 1.5],
  ["decimal(20,3)", "DECIMAL(20,3)", "12345678901234567.891"],
  ["decimal", "VARCHAR", "1.10"],
  ["varchar(5)", "VARCHAR", "a'b\n\u0000"],
  ["date", "DATE", "2026-01-05"],
  ["timestamp(3) with time zone", "TIMESTAMP WITH TIME ZONE", "2026-01-05T10:00:00.123456Z"],
  ["timestamp(3)", "TIMESTAMP", "2026-01-05T10:00:00.000Z"],
  ["json", "VARCHAR", '{"a": 1}'],
  ["ipaddress", "VARCHAR", "192.0.2.1"],
  ["array(bigint)", "BIGINT[]", [1, null, "9223372036854775807"]],
  ["map(varchar, integer)", "MAP(VARCHAR, INTEGER)", { "": 1, "a'b": null }],
  [
    'row(a bigint, "b c" array(row(x varchar)))',
    'STRUCT("a" BIGINT, "b c" STRUCT("x" VARCHAR)[])',
    { a: 1, "b c": [{ x: null }] },
  ],
];

const typeOf = (text: string) => {
  const type = parseAthenaType(text);
  if (type === null) throw new Error(text);
  return duckDbTypeOf(type);
};

test.each(CASES)("default: %s is written as %s", async (athena, duckDb, value) => {
  await using at = await temporaryLake();
  const file = join(at.folder, "answer.parquet");
  const rows: readonly JsonRow[] = [{ v: value }, { v: null }];
  const answer = { columns: [{ name: "v", type: athena }], localTypes: [typeOf(athena)], chunks: chunksOf(rows) };
  expect(await writeRowsAsParquet(answer, file, at.engine)).toBe(2);
  const { columns, chunks } = await at.engine.stream(`SELECT * FROM read_parquet(${sqlString(file)})`);
  expect(columns).toEqual([{ name: "v", type: duckDb }]);
  const [first, second] = (await collect(chunks)).flat();
  expect(first).toEqual({ v: value });
  expect(second).toEqual({ v: null });
  // Nothing is left beside it.
  expect((await readdir(at.folder)).filter((name) => name.startsWith("answer"))).toEqual(["answer.parquet"]);
});

test("behavior: bytes, hostile names and values, and an answer without rows", async () => {
  await using at = await temporaryLake();
  const names = HOSTILE_VALUES.filter((each) => each !== "" && !each.includes("\0") && each.length < 40).slice(0, 60);
  const folded = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  const columns = folded.map((name) => ({ name, type: "varchar" }));
  const localTypes = folded.map(() => "VARCHAR");
  const rows = HOSTILE_VALUES.map((value) => Object.fromEntries(folded.map((name) => [name, value])));
  const file = join(at.folder, "it's.parquet");
  expect(await writeRowsAsParquet({ columns, localTypes, chunks: chunksOf(rows) }, file, at.engine)).toBe(rows.length);
  expect(await at.engine.all(`SELECT * FROM read_parquet(${sqlString(file)})`)).toEqual(rows);
  const bytes = { columns: [{ name: "b", type: "varbinary" }], localTypes: [typeOf("varbinary")] };
  await writeRowsAsParquet({ ...bytes, chunks: chunksOf([{ b: "AP8n" }]) }, file, at.engine);
  expect(await at.engine.all(`SELECT hex(b) AS b FROM read_parquet(${sqlString(file)})`)).toEqual([{ b: "00FF27" }]);
  expect(await writeRowsAsParquet({ ...bytes, chunks: chunksOf([]) }, file, at.engine)).toBe(0);
  const { columns: none } = await at.engine.stream(`SELECT * FROM read_parquet(${sqlString(file)})`);
  expect(none).toEqual([{ name: "b", type: "BLOB" }]);
  const long = { columns: [{ name: "t", type: "varchar" }], localTypes: ["VARCHAR"] };
  await writeRowsAsParquet({ ...long, chunks: chunksOf([{ t: "x".repeat(20_000_000) }]) }, file, at.engine);
  expect(await at.engine.all(`SELECT length(t)::INT AS n FROM read_parquet(${sqlString(file)})`)).toEqual([
    { n: 20_000_000 },
  ]);
});

test("error: a place that cannot be written", async () => {
  await using at = await temporaryLake();
  const answer = { columns: [{ name: "v", type: "bigint" }], localTypes: ["BIGINT"], chunks: chunksOf([{ v: 1 }]) };
  await expect(writeRowsAsParquet(answer, join(at.folder, "none", "x.parquet"), at.engine)).rejects.toMatchObject({
    code: "cli.output-failed",
  });
});

async function* chunksOf(rows: readonly JsonRow[]): AsyncGenerator<readonly JsonRow[]> {
  for (let from = 0; from < rows.length; from += 100) yield rows.slice(from, from + 100);
}
