import type { JsonRow, SqlColumn } from "../../core/sql-engine.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import type { RowFormat } from "./row-format.ts";
import { fitText, textWidth } from "./text-width.ts";

/** Widths are decided from the first page; later pages keep them, so that a result of any size streams. */
const PAGE_ROWS = 1000;
const GAP = "  ";
const LEAST_WIDTH = 4;
/** Cells of a table that goes nowhere in particular: enough for an ARN. */
const MOST_WIDTH_UNBOUND = 120;
/** Terminal text may be longer than its columns; beyond this nobody looks. */
const MOST_TEXT = 2000;

/**
 * A table for people: at most `width` columns wide, cells cut with `…`, log content made safe for terminals, `NULL`
 * apart from the text "NULL" (which is quoted), nested values as compact JSON. Columns that find no room become a
 * note at the end.
 */
export function tableFormat(width: number | null): RowFormat {
  let columns: readonly SqlColumn[] = [];
  let waiting: readonly string[][] = [];
  let layout: Layout | null = null;
  const print = (cells: readonly string[][]): string => {
    const first = layout === null;
    layout ??= planLayout(columns, cells, width);
    const lines = cells.map((row) => renderLine(row, layout ?? NO_LAYOUT, columns));
    return `${[...(first ? renderHead(columns, layout) : []), ...lines].join("\n")}\n`;
  };
  return {
    begin: (given) => {
      columns = given;
      return "";
    },
    rows: (rows) => {
      const cells = rows.map((row) => columns.map((column) => cellText(row[column.name])));
      if (layout !== null) return cells.length === 0 ? "" : print(cells);
      waiting = [...waiting, ...cells];
      if (waiting.length < PAGE_ROWS) return "";
      const page = waiting;
      waiting = [];
      return print(page);
    },
    end: (rowCount) => {
      const last = layout === null || waiting.length > 0 ? print(waiting) : "";
      const hidden = columns.slice(layout?.widths.length ?? 0).map((column) => toTerminalText(column.name, 60));
      const note = hidden.length === 0 ? "" : `(no room for: ${hidden.join(", ")}; use --format json)\n`;
      return `${last}${note}(${rowCount.toLocaleString("en-US")} ${rowCount === 1 ? "row" : "rows"})\n`;
    },
  };
}

interface Layout {
  /** One for each column that is shown: the first ones. */
  readonly widths: readonly number[];
}

const NO_LAYOUT: Layout = { widths: [] };

/** Every column gets what it needs; while that is too much, the widest gives way, down to a least width; whole ones last. */
function planLayout(columns: readonly SqlColumn[], cells: readonly string[][], width: number | null): Layout {
  const wanted = columns.map((column, index) =>
    cells.reduce(
      (widest, row) => Math.max(widest, textWidth(row[index] ?? "")),
      textWidth(toTerminalText(column.name, MOST_TEXT)),
    ),
  );
  const widths = wanted.map((each) => Math.min(each, MOST_WIDTH_UNBOUND));
  if (width === null) return { widths };
  const count = Math.max(1, Math.min(columns.length, Math.floor((width + GAP.length) / (LEAST_WIDTH + GAP.length))));
  const room = width - GAP.length * (count - 1);
  const isCut = columns.slice(0, count).map((column) => column.isWhole !== true);
  const others = narrow(widths.slice(0, count), room, isCut);
  const all = isCut.map(() => true);
  return { widths: narrow(others, room, all) };
}

/** The widths with those that may be cut made narrower until all find room, or none is wider than the least. */
function narrow(widths: readonly number[], room: number, isCut: readonly boolean[]): readonly number[] {
  const result = [...widths];
  let excess = result.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    const cut = result.filter((_, index) => isCut[index]);
    const most = Math.max(0, ...cut);
    if (most <= LEAST_WIDTH) break;
    const second = Math.max(LEAST_WIDTH, ...cut.filter((each) => each < most));
    const widest = result.flatMap((each, index) => (each === most && isCut[index] === true ? [index] : []));
    const step = Math.max(1, Math.min(most - second, Math.ceil(excess / widest.length)));
    for (const index of widest) {
      if (excess <= 0) break;
      result[index] = most - Math.min(step, excess);
      excess -= Math.min(step, excess);
    }
  }
  return result;
}

function renderHead(columns: readonly SqlColumn[], layout: Layout): readonly string[] {
  const names = columns.map((column) => toTerminalText(column.name, MOST_TEXT));
  const rule = layout.widths.map((width) => "─".repeat(width)).join(GAP);
  return [renderLine(names, layout, columns), rule];
}

function renderLine(cells: readonly string[], layout: Layout, columns: readonly SqlColumn[]): string {
  return layout.widths
    .map((width, index) => fitText(cells[index] ?? "", width, alignOf(columns[index])))
    .join(GAP)
    .trimEnd();
}

function alignOf(column: SqlColumn | undefined): "left" | "right" {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL)/i.test(column?.type ?? "") &&
    !/\[\]$/.test(column?.type ?? "")
    ? "right"
    : "left";
}

function cellText(value: JsonRow[string]): string {
  if (value === null || value === undefined) return "NULL";
  if (value === "NULL" || value === "") return JSON.stringify(value);
  return toTerminalText(typeof value === "object" ? JSON.stringify(value) : String(value), MOST_TEXT);
}
