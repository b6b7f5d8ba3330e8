import fc from "fast-check";
import { expect, test } from "vitest";
import { csvToArray } from "../../../ingest/csv-to-array.ts";
import { linesToArray } from "../../../ingest/lines-to-array.ts";

type Make = (write: (bytes: Uint8Array) => void) => { take(piece: Uint8Array): void; end(): void };

/** The array's text, of a text that comes in pieces of that size. */
function convert(make: Make, text: string, pieceBytes: number): string {
  const out: Buffer[] = [];
  const writer = make((bytes) => void out.push(Buffer.from(bytes)));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) writer.take(bytes.subarray(at, at + pieceBytes));
  writer.end();
  return Buffer.concat(out).toString("utf8");
}

const values = fc.array(
  fc.jsonValue({ maxDepth: 2 }).filter((value) => typeof value === "object"),
  { maxLength: 8 },
);
const gaps = fc.constantFrom("\n", "\r\n", "\n\n", "\n \t\n", "\n\n\n\n");

test("default: lines become elements, however the text is cut", () => {
  fc.assert(
    fc.property(values, gaps, gaps, fc.integer({ min: 1, max: 40 }), (items, before, between, size) => {
      const text = before + items.map((item) => JSON.stringify(item)).join(between) + between;
      expect(JSON.parse(convert(linesToArray, text, size))).toEqual(JSON.parse(JSON.stringify(items)));
    }),
  );
});

test("behavior: each byte of a line keeps its place, one further on", () => {
  const text = '\n{"a":1}\n\n \n{"b":"x"}\n';
  const array = convert(linesToArray, text, 3);
  expect(array.indexOf('{"b"')).toBe(text.indexOf('{"b"') + 1);
  expect(array).toBe('[ {"a":1},   {"b":"x"}]');
});

test("behavior: a broken line is one broken element", () => {
  expect(convert(linesToArray, '{"a":1}\n{"a":\n{"a":3}', 5)).toBe('[{"a":1},{"a":,{"a":3}]');
});

const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "\\", "é", "\u{1F600}", "\t", " ", "{") });

test("default: a CSV column becomes strings, whatever the fields hold", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 9 }),
      (rows, column, size) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
        const array = convert((write) => csvToArray(column, write), text, size);
        expect(JSON.parse(array)).toEqual(rows.map((row) => row[column]));
      },
    ),
  );
});

test("behavior: plain fields, missing fields, blank lines and a last line without an end", () => {
  const array = convert((write) => csvToArray(1, write), 'a,b\n\nc\n,"d"\ne,f,g\nh,', 2);
  expect(JSON.parse(array)).toEqual(["b", null, "d", "f", ""]);
});

test("behavior: text longer than the buffer comes out whole", () => {
  const long = '\u0001"\\'.repeat(50_000);
  const array = convert((write) => csvToArray(0, write), `"${long.replaceAll('"', '""')}"\n`, 7_000);
  expect(JSON.parse(array)).toEqual([long]);
});
