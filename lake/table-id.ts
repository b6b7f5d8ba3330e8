import { LogkeepError } from "../core/errors.ts";

/** The id, as it was given: table ids become folder names and names in SQL. Throws `lake.bad-name`. */
export function checkedTableId(tableId: string): string {
  if (/^[a-z][a-z0-9_]{0,63}$/.test(tableId)) return tableId;
  throw new LogkeepError({ code: "lake.bad-name", message: "a table's name must be lower-case letters, digits and _" });
}
