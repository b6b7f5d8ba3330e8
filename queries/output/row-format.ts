import type { JsonRow, SqlColumn } from "../../core/sql-engine.ts";
import { csvFormat } from "./csv-format.ts";
import { jsonFormat } from "./json-format.ts";
import { tableFormat } from "./table-format.ts";

/** Formats that are text; Parquet is written by the engine itself. */
export const TEXT_FORMATS = ["table", "csv", "json"] as const;
/** Every `--format`. */
export const FORMATS = [...TEXT_FORMATS, "parquet"] as const;

/** A format that is text. */
export type TextFormat = (typeof TEXT_FORMATS)[number];
/** Any format. */
export type Format = (typeof FORMATS)[number];

/**
 * Turns rows into text, chunk by chunk: `begin` once, `rows` for each chunk, `end` once with the number of rows. Holds
 * no more than a page of rows.
 */
export interface RowFormat {
  begin(columns: readonly SqlColumn[]): string;
  rows(rows: readonly JsonRow[]): string;
  end(rowCount: number): string;
}

/** The format of that name. `width` in columns is that of the terminal that shows it; null where none does. */
export function rowFormat(format: TextFormat, width: number | null): RowFormat {
  switch (format) {
    case "table":
      return tableFormat(width);
    case "csv":
      return csvFormat(width !== null);
    case "json":
      return jsonFormat();
  }
}
