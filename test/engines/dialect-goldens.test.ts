/** The goldens of the translation come from a real Trino, and stay what it says. */
import { expect, test } from "vitest";
import { DIALECT_CASES, GOLDENS_FILE, type Golden, outcomeOf, trinoTypeName } from "../support/dialect-goldens.ts";
import { type TrinoAddress, TrinoError, trinoQuery } from "../support/trino-client.ts";
import { trinoInTest } from "../support/trino-in-test.ts";
import { jsonRows } from "../support/trino-rows.ts";

/** A statement is mostly waiting. */
const AT_ONCE = 6;

test("default: what Trino answers to each text is what was recorded", { timeout: 400_000 }, async (context) => {
  const trino = trinoInTest(context);
  const goldens: Golden[] = [];
  for (let at = 0; at < DIALECT_CASES.length; at += AT_ONCE) {
    const texts = DIALECT_CASES.slice(at, at + AT_ONCE);
    goldens.push(...(await Promise.all(texts.map(async (sql) => ({ sql, trino: await ask(trino, sql) })))));
  }
  const lines = goldens.map((golden) => JSON.stringify(golden));
  await expect(`[\n${lines.join(",\n")}\n]\n`).toMatchFileSnapshot(GOLDENS_FILE);
});

async function ask(trino: TrinoAddress, sql: string): Promise<Golden["trino"]> {
  try {
    const result = await trinoQuery(trino, sql);
    const columns = result.columns.map(({ name, typeSignature }) => ({ name, type: trinoTypeName(typeSignature) }));
    return outcomeOf(columns, jsonRows(result));
  } catch (thrown) {
    if (thrown instanceof TrinoError) return { fails: thrown.errorName };
    throw thrown;
  }
}
