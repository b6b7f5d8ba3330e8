import { readSecurityLakeName } from "../names/security-lake-view.ts";
import { Cursor } from "./cursor.ts";
import { LAKE_COLUMNS } from "./lake-columns.gen.ts";
import { parseType } from "./parse-type.ts";
import { type RowField, typeOfName } from "./types/type.ts";

/** The columns of a table or view of a lake, by its name in lower case; null where there is none of that name. */
export function lakeColumns(name: string): readonly RowField[] | null {
  const security = readSecurityLakeName(name);
  const known = security === null ? name : `${security.source}_2_0`;
  const texts = Object.hasOwn(LAKE_COLUMNS, known) ? LAKE_COLUMNS[known] : undefined;
  return texts === undefined ? null : columnsOf(texts);
}

/** Columns that are written as `name type`. */
export function columnsOf(texts: readonly string[]): readonly RowField[] {
  const cursor = new Cursor(`row(${texts.join(", ")})`);
  const type = typeOfName(parseType(cursor));
  if (type?.kind !== "row") throw new Error("columns are written as `name type`");
  return type.fields;
}
