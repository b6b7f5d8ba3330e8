/** Random expressions: what Trino refuses is refused here, what it answers is answered alike or refused by name. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLogkeepError } from "../../core/errors.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";
import { runOnDuckDb } from "../support/dialect-engine.ts";
import { RANDOM_QUERY } from "../support/dialect-expressions.ts";
import { type Answer, askTrino, type Outcome } from "../support/dialect-goldens.ts";
import { openTestEngine } from "../support/engine.ts";
import { trinoInTest } from "../support/trino-in-test.ts";

const CASES = 180;
const AT_ONCE = 6;
/** One set of texts in every run; another number finds others. */
const SEED = 20260105;

/** Trino's names for what is wrong with a text, whatever its rows. */
const TEXT_ERRORS = /^(TYPE_MISMATCH|FUNCTION_NOT_FOUND|AMBIGUOUS_FUNCTION_CALL|COLUMN_NOT_FOUND|NOT_SUPPORTED)$/;

type Here = Outcome | { readonly refused: string };

test("behavior: random expressions mean the same, or are refused", { timeout: 400_000 }, async (context) => {
  const trino = trinoInTest(context);
  const engine = await openTestEngine();
  const texts = [...new Set(fc.sample(RANDOM_QUERY, { seed: SEED, numRuns: CASES }))];
  const differences: unknown[] = [];
  let answered = 0;
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const group = texts.slice(at, at + AT_ONCE);
    const there = await Promise.all(group.map((sql) => askTrino(trino, sql)));
    for (const [index, sql] of group.entries()) {
      const answer = there[index] ?? { fails: "" };
      const here = await ask(sql, engine);
      if (!("fails" in answer) && "rows" in here) answered += 1;
      if (!agrees(here, answer)) differences.push({ sql: sql.slice(0, 200), here, there: answer });
    }
  }
  engine.close();
  expect(differences).toEqual([]);
  // Refusing everything would agree as well.
  expect(answered).toBeGreaterThan(texts.length / 3);
});

async function ask(sql: string, engine: SqlEngine): Promise<Here> {
  try {
    return await runOnDuckDb(sql, engine);
  } catch (thrown) {
    if (!isLogkeepError(thrown)) throw thrown;
    if (thrown.code === "dialect.meaning") return { fails: String(thrown.facts["athena"]) };
    const reason = thrown.cause instanceof Error ? thrown.cause.message : "";
    const isRefused = thrown.code.startsWith("dialect.") || reason.includes("cannot answer as Athena would");
    return isRefused ? { refused: reason } : { fails: thrown.code };
  }
}

function agrees(here: Here, there: Outcome): boolean {
  if ("refused" in here) return true;
  if ("fails" in here || "fails" in there) {
    if (!("fails" in here && "fails" in there)) return false;
    // What is wrong with a text must be found before it runs; what is wrong with a value, by either.
    return TEXT_ERRORS.test(there.fails) ? here.fails === there.fails : !TEXT_ERRORS.test(here.fails);
  }
  return isNear(here.rows, there.rows) && hasSameType(here, there);
}

/** Where all is NULL, DuckDB may have forgotten of what type. */
function hasSameType(here: Answer, there: Answer): boolean {
  const plain = ({ columns }: Answer) => columns.map((column) => column.replaceAll(/\bjson\b/g, "varchar")).join();
  const isNull = here.rows.every((row) => row.every((value) => value === null));
  return isNull || plain(there).includes("unknown") || plain(here) === plain(there);
}

/** Logarithms and the like differ in the last digit. */
function isNear(left: unknown, right: unknown): boolean {
  if (typeof left === "number" && typeof right === "number") {
    return left === right || Math.abs(left - right) <= 1e-12 * Math.max(Math.abs(left), Math.abs(right));
  }
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
  const [one, two] = [Object.entries(left), Object.entries(right)];
  return (
    one.length === two.length && one.every(([key, value], at) => key === two[at]?.[0] && isNear(value, two[at]?.[1]))
  );
}
