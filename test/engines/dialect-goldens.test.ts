/** The goldens of the translation come from a real Trino, and stay what it says. */
import { expect, test } from "vitest";
import {
  askTrino,
  DIALECT_CASES,
  GOLDENS_FILE,
  type Golden,
  REFUSALS_FILE,
  REFUSED_CASES,
  type Refusal,
} from "../support/dialect-goldens.ts";
import { trinoInTest } from "../support/trino-in-test.ts";

/** A statement is mostly waiting. */
const AT_ONCE = 6;

test("default: what Trino answers to each text is what was recorded", { timeout: 400_000 }, async (context) => {
  const trino = trinoInTest(context);
  const goldens = await asked(
    DIALECT_CASES,
    async (sql): Promise<Golden> => ({ sql, trino: await askTrino(trino, sql) }),
  );
  await expect(linesOf(goldens)).toMatchFileSnapshot(GOLDENS_FILE);
});

test("default: Trino refuses each text that is refused here, for the reason that was recorded", {
  timeout: 400_000,
}, async (context) => {
  const trino = trinoInTest(context);
  const refusals = await asked(REFUSED_CASES, async (sql): Promise<Refusal> => {
    const outcome = await askTrino(trino, sql);
    return { sql, trino: "fails" in outcome ? outcome.fails : "it answers" };
  });
  expect(refusals.filter(({ trino: name }) => name === "it answers")).toEqual([]);
  await expect(linesOf(refusals)).toMatchFileSnapshot(REFUSALS_FILE);
});

async function asked<T>(texts: readonly string[], one: (sql: string) => Promise<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    found.push(...(await Promise.all(texts.slice(at, at + AT_ONCE).map(one))));
  }
  return found;
}

function linesOf(entries: readonly unknown[]): string {
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`;
}
