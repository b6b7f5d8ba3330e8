import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SqlEngine, sqlString } from "../../../core/sql-engine.ts";
import { corpusFolder } from "../../support/corpora.ts";
import { openTestEngine } from "../../support/engine.ts";
import { createNormalizedTable, fieldSql, type RecordInput, sourceOf } from "../../support/normalize-records.ts";
import { PAIR_EXCEPTIONS, RECODED, RENAMED } from "./pairs.ts";

const FOLDER = corpusFolder("ocsf-pairs");
const ROWS = "pair_rows";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test.skipIf(FOLDER === null)("behavior: rows agree with another team's, apart from reviewed exceptions", async () => {
  const differences: {
    readonly pair: string;
    readonly path: string;
    readonly theirs: string;
    readonly ours: string;
  }[] = [];
  const names = pairNames();
  expect(names).toHaveLength(11);
  for (const pair of names) {
    const { expected, sourceId, input } = await readPair(pair);
    await createNormalizedTable(engine, ROWS, sourceId, [input]);
    const rows = await readRows(`SELECT to_json(t)::VARCHAR AS row FROM ${ROWS} t ORDER BY rowid`);
    expect(rows).toHaveLength(expected.length);
    for (const [index, row] of expected.entries()) {
      const ours = new Map(leaves(rows[index]));
      for (const [path, value] of leaves(row)) {
        const theirs = RECODED[path]?.[value] ?? value;
        const found = path.startsWith("unmapped.")
          ? await rawField(sourceId, path.slice("unmapped.".length), index)
          : (ours.get(RENAMED[path] ?? path) ?? "absent");
        if (found !== theirs) differences.push({ pair, path, theirs, ours: found });
      }
    }
  }
  const isMeant = (pair: string, path: string) =>
    PAIR_EXCEPTIONS.some((one) => one.path === path && (one.pair === undefined || one.pair === pair));
  expect(differences.filter(({ pair, path }) => !isMeant(pair, path))).toEqual([]);
  const unused = PAIR_EXCEPTIONS.filter(
    (one) => !differences.some(({ pair, path }) => one.path === path && (one.pair === undefined || one.pair === pair)),
  );
  expect(unused).toEqual([]);
});

function pairNames(): string[] {
  const classes = readdirSync(FOLDER ?? "", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return classes.flatMap(({ name }) =>
    readdirSync(`${FOLDER}/${name}`)
      .filter((file) => file.endsWith(".expected.parquet"))
      .map((file) => `${name}/${file.slice(0, -".expected.parquet".length)}`),
  );
}

async function readPair(pair: string) {
  const file = `${FOLDER}/${pair}.expected.parquet`;
  const expected = await readRows(`SELECT to_json(t)::VARCHAR AS row FROM read_parquet(${sqlString(file)}) t`);
  const zipped = `${FOLDER}/${pair}.input.gz`;
  const isFlow = pair.startsWith("vpc_flow/");
  const input: RecordInput = existsSync(zipped)
    ? gunzipSync(readFileSync(zipped)).toString()
    : readFileSync(`${FOLDER}/${pair}.input.parquet`);
  return { expected, input, sourceId: isFlow ? "vpc_flow" : "cloudtrail" };
}

async function readRows(sql: string): Promise<unknown[]> {
  return (await engine.all(sql)).map(({ row }) => JSON.parse(String(row)));
}

/** Leaves with a value, as text; lists by their place. */
function leaves(value: unknown, path = ""): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((element, index) => leaves(element, `${path}[${index}]`));
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === "" ? name : `${path}.${name}`));
}

/** What the raw record had, by its own name: the claim that nothing is out of reach. */
async function rawField(sourceId: string, field: string, index: number): Promise<string> {
  // Their lists are one text with commas.
  const [head = "", ...rest] = field.split("[]");
  const base = fieldSql(sourceOf(sourceId), head);
  const list = `array_to_string(json_extract_string(${base}, ${sqlString(`$[*]${rest.join("[*]")}`)}), ',')`;
  const sql = field.includes("[]") ? list : base;
  const [row] = await engine.all(
    `SELECT (${sql})::VARCHAR AS value FROM ${ROWS} ORDER BY rowid LIMIT 1 OFFSET ${index}`,
  );
  return row?.value === null || row === undefined ? "absent" : String(row.value);
}
