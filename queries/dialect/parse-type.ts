import type { Cursor } from "./cursor.ts";
import { syntaxError, unsupported } from "./refuse.ts";
import type { TypeName } from "./syntax.ts";

/** Reads a type: `varchar`, `decimal(10, 2)`, `array(row(a varchar))`, `timestamp(3) with time zone`. */
export function parseType(cursor: Cursor): TypeName {
  return cursor.deeper(() => readType(cursor));
}

function readType(cursor: Cursor): TypeName {
  const { offset } = cursor;
  const token = cursor.peek();
  if (token.kind !== "word") throw cursor.unexpected("a type");
  const word = cursor.next().value.toLowerCase();
  const empty = { offset, numbers: [], types: [], fields: [] };
  if (word === "row") return readRow(cursor, offset);
  if (word === "array" || word === "map") {
    if (cursor.seesSymbol("<")) throw unsupported(`${word}<...>`, cursor.place(offset), `write ${word}(...)`);
    const types = cursor.parenthesized(() => parseType(cursor));
    if (types.length !== (word === "array" ? 1 : 2)) throw syntaxError("a type lacks its parts", cursor.place(offset));
    return { ...empty, name: word, types };
  }
  if (word === "double") cursor.takes("precision");
  const numbers = cursor.seesSymbol("(") ? cursor.parenthesized(() => readNumber(cursor)) : [];
  if (word === "timestamp" || word === "time") {
    if (cursor.takes("with", "time", "zone")) return { ...empty, name: `${word} with time zone`, numbers };
    cursor.takes("without", "time", "zone");
  }
  return { ...empty, name: word, numbers };
}

/** A field is a name and a type, or a type alone: `row(varchar)`, `row(a varchar)`. */
function readRow(cursor: Cursor, offset: number): TypeName {
  const fields: (string | null)[] = [];
  const types = cursor.parenthesized(() => {
    const first = cursor.peek();
    const second = cursor.peek(1);
    const isNamed = first.kind === "quoted" || (second.kind === "word" && !isTypeTail(second.value));
    fields.push(isNamed ? cursor.name() : null);
    return parseType(cursor);
  });
  return { offset, name: "row", numbers: [], types, fields };
}

/** Words that go on with a type instead of beginning one: `double precision`, `timestamp with time zone`. */
function isTypeTail(word: string): boolean {
  return ["precision", "with", "without"].includes(word.toLowerCase());
}

function readNumber(cursor: Cursor): number {
  const token = cursor.next();
  if (token.kind !== "integer" || token.value.length > 10)
    throw syntaxError("a number is expected", cursor.place(token.offset));
  return Number(token.value);
}
