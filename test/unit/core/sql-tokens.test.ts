import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlTokens, withoutLastSemicolon } from "../../../core/sql-tokens.ts";

const kindsOf = (sql: string) => sqlTokens(sql).map(({ kind, text }) => `${kind} ${text}`);

test("default: quotes, comments and parameters are told apart", () => {
  expect(kindsOf(`SELECT 'it''s -- ?' /* ' ? */, "a ""?" -- $x '\nFROM t WHERE x=$ip AND y >= ? -- end`)).toEqual([
    "word SELECT",
    "text 'it''s -- ?'",
    "comment /* ' ? */",
    "symbol ,",
    'name "a ""?"',
    "comment -- $x '",
    "word FROM",
    "word t",
    "word WHERE",
    "word x",
    "symbol =",
    "parameter $ip",
    "word AND",
    "word y",
    "symbol >",
    "symbol =",
    "parameter ?",
    "comment -- end",
  ]);
});

test("behavior: depth counts open parentheses, and nothing but spaces is left out", () => {
  expect(sqlTokens("a (b (c)) d").map(({ text, depth }) => text + depth)).toEqual([
    ...["a0", "(0", "b1", "(1", "c2", ")1", ")0", "d0"],
  ]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."'\"-/*\n ?$a1(),;`") }), (sql) => {
      let end = 0;
      for (const token of sqlTokens(sql)) {
        expect(sql.slice(end, token.start).trim()).toBe("");
        expect(sql.slice(token.start, token.end)).toBe(token.text);
        end = token.end;
      }
      expect(sql.slice(end).trim()).toBe("");
    }),
  );
});

test("behavior: what is not closed goes to the end, in one look", () => {
  expect(kindsOf("a 'b ? -- c")).toEqual(["word a", "text 'b ? -- c"]);
  expect(kindsOf("a /* b ? ' /*")).toEqual(["word a", "comment /* b ? ' /*"]);
  expect(kindsOf('a "b ? `')).toEqual(["word a", 'name "b ? `']);
  for (const piece of ["/*", "'\"", "\"'", "`'", "--", "''\"", "(", "$"]) {
    const started = performance.now();
    sqlTokens(piece.repeat(40_000));
    expect(performance.now() - started, piece).toBeLessThan(2_000);
  }
});

test("behavior: the last semicolon goes, with what comes after it", () => {
  expect(withoutLastSemicolon("SELECT 1 ;\n-- done")).toBe("SELECT 1 ");
  expect(withoutLastSemicolon("SELECT ';'")).toBe("SELECT ';'");
  expect(withoutLastSemicolon("SELECT 1 -- ;")).toBe("SELECT 1 -- ;");
});
