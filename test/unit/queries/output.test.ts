import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonRow, SqlColumn } from "../../../core/sql-engine.ts";
import { rowFormat, type TextFormat } from "../../../queries/output/row-format.ts";
import { fitText, textWidth } from "../../../queries/output/text-width.ts";

function render(
  format: TextFormat,
  columns: readonly SqlColumn[],
  rows: readonly JsonRow[],
  width: number | null = null,
) {
  const to = rowFormat(format, width);
  return `${to.begin(columns)}${to.rows(rows)}${to.end(rows.length)}`;
}

const TEXT: SqlColumn = { name: "a", type: "VARCHAR" };
const NUMBER: SqlColumn = { name: "n", type: "BIGINT" };

test("default: a table", () => {
  const text = render(
    "table",
    [TEXT, NUMBER],
    [
      { a: "x", n: 1 },
      { a: "longer", n: 1000 },
    ],
  );
  expect(text).toBe("a          n\n──────  ────\nx          1\nlonger  1000\n(2 rows)\n");
});

test("behavior: NULL, the text NULL and the empty text look different", () => {
  const text = render("table", [TEXT], [{ a: null }, { a: "NULL" }, { a: "" }]);
  expect(text.split("\n").slice(2, 5)).toEqual(["NULL", '"NULL"', '""']);
});

test("behavior: nested values are compact JSON", () => {
  expect(render("table", [TEXT], [{ a: { b: [1, null] } }])).toContain('{"b":[1,null]}');
});

test("behavior: what is typed again is cut last", () => {
  const columns: readonly SqlColumn[] = [{ ...TEXT, name: "id", isWhole: true }, TEXT, { ...TEXT, name: "b" }];
  const rows = [{ id: "console-logins-without-mfa", a: "a title that is longer than that", b: "and another text" }];
  const at = (width: number) => render("table", columns, rows, width).split("\n")[2];
  expect(at(60)).toBe("console-logins-without-mfa  a title that i…  and another te…");
  expect(at(40)).toBe("console-logins-without-mfa  a ti…  and …");
  // Where even that is too much, nothing runs over.
  expect(at(30)).toBe("console-logins-wi…  a t…  and…");
});

test("behavior: no line is wider than the terminal, whatever the cells hold", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 20 }),
      fc.integer({ min: 4, max: 120 }),
      (rows, width) => {
        const columns = ["a", "b", "漢字"].map((name) => ({ name, type: "VARCHAR" }));
        const text = render(
          "table",
          columns,
          rows.map(([a, b, c]) => ({ a, b, 漢字: c })),
          width,
        );
        const lines = text.replace(/(\(no room for: .*\)\n)?\(.* rows?\)\n$/, "").split("\n");
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines).toHaveLength(rows.length + 3);
      },
    ),
  );
});

test("behavior: what a terminal would obey is spelled", () => {
  const hostile = "\u001b[2J\u202egnp.exe\r\nnext\u0007\u009b31m";
  for (const format of ["table", "csv"] as const) {
    expect(render(format, [TEXT], [{ a: hostile }], 200)).not.toMatch(
      /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/,
    );
  }
  expect(render("json", [TEXT], [{ a: hostile }])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test("behavior: wide characters take two columns, marks none", () => {
  expect(textWidth("漢字")).toBe(4);
  expect(textWidth("e\u0301")).toBe(1);
  expect(textWidth("ｆ👍")).toBe(4);
  expect(fitText("漢字漢字", 5, "left")).toBe("漢字…");
  expect(fitText("漢字漢字", 4, "left")).toBe("漢… ");
});

test("behavior: columns without room are named", () => {
  const columns = Array.from({ length: 30 }, (_, index) => ({ name: `c${index}`, type: "VARCHAR" }));
  const row = Object.fromEntries(columns.map((column) => [column.name, "value"]));
  expect(render("table", columns, [row], 40)).toMatch(/\(no room for: c7, .*c29; use --format json\)/);
});

test("behavior: a long table streams with the first page's widths", () => {
  const to = rowFormat("table", null);
  to.begin([TEXT]);
  const page = Array.from({ length: 1000 }, () => ({ a: "x" }));
  expect(to.rows(page).split("\n")).toHaveLength(1003);
  expect(to.rows([{ a: "much longer" }])).toBe("…\n");
  expect(to.end(1001)).toBe("(1,001 rows)\n");
});

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["\r=1", '"\'\r=1"'],
  ["  =1", "'  =1"],
  ["\u00a0=1", "'\u00a0=1"],
  ["\u200b=1", "'\u200b=1"],
  ["＝1", "'＝1"],
  ['"=1', '"\'""=1"'],
  ["'=1", "''=1"],
  ["arn:aws:iam::1:user/a", "arn:aws:iam::1:user/a"],
  ["2001:db8::1", "2001:db8::1"],
  ["a,b", '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ["", '""'],
])("behavior: the CSV field of %j", (given, expected) => {
  expect(render("csv", [TEXT], [{ a: given }])).toBe(`a\r\n${expected}\r\n`);
});

test("behavior: numbers stay numbers in CSV, NULL is empty, nested is JSON", () => {
  const columns = [
    NUMBER,
    { name: "d", type: "DECIMAL(10,2)" },
    { name: "h", type: "HUGEINT" },
    TEXT,
    { name: "b", type: "BOOLEAN" },
  ];
  const row = { n: -5, d: "-1.50", h: "-170141183460469231731687303715884105728", a: [{ x: 1 }], b: true };
  expect(render("csv", columns, [row, { n: null, d: null, h: null, a: null, b: null }])).toBe(
    'n,d,h,a,b\r\n-5,-1.50,-170141183460469231731687303715884105728,"[{""x"":1}]",true\r\n,,,,\r\n',
  );
});

test("behavior: a CSV reader gets back what was written, but for the apostrophe", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const body = render("csv", [TEXT], [{ a: value }]).slice(3, -2);
      const read = body.startsWith('"') ? body.slice(1, -1).replaceAll('""', '"') : body;
      const expected = value.replaceAll("\0", "\\0");
      expect([expected, `'${expected}`]).toContain(read);
    }),
  );
});

test("behavior: JSON lines hold one object each and nothing else", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ a: fc.string({ unit: "binary" }), n: fc.integer() })), (rows) => {
      const text = render("json", [TEXT, NUMBER], rows);
      const lines = text.split(/\r\n|[\n\r\u2028\u2029\u0085]/);
      expect(lines.pop()).toBe("");
      expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    }),
  );
});
