import fc from "fast-check";
import { expect, test } from "vitest";
import { collect } from "../../support/collect.ts";
import { openTestEngine } from "../../support/engine.ts";
import { HOSTILE_VALUES } from "../../support/hostile-values.ts";

test("default: every text goes in and comes out as it is, alone and nested", async () => {
  const engine = await openTestEngine();
  try {
    const check = async (text: string) => {
      const sql = "SELECT $t AS a, [$t] AS b, {x: $t} AS c, strlen($t) AS bytes";
      const expected = { a: text, b: [text], c: { x: text }, bytes: Buffer.byteLength(text) };
      const { chunks } = await engine.stream(sql, { t: text });
      expect((await collect(chunks)).flat()).toEqual([expected]);
      const [row] = await engine.all(sql, { t: text });
      expect({ ...row, bytes: Number(row?.["bytes"]) }).toEqual(expected);
    };
    for (const value of HOSTILE_VALUES) await check(value);
    await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), check));
  } finally {
    engine.close();
  }
});

test("error: a stream that another statement cuts does not pass for a whole one", async () => {
  const engine = await openTestEngine();
  try {
    const { chunks } = await engine.stream("SELECT * FROM range(1_000_000)");
    const cut = (async () => {
      for await (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        await engine.run("SELECT 1");
      }
    })();
    await expect(cut).rejects.toMatchObject({ code: "sql.stream-cut" });
    const other = await engine.connect();
    let rows = 0;
    for await (const chunk of (await other.stream("SELECT * FROM range(100_000)")).chunks) {
      rows += chunk.length;
      await engine.run("SELECT 1");
    }
    expect(rows).toBe(100_000);
    other.close();
  } finally {
    engine.close();
  }
});
