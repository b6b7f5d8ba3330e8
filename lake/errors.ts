import { type Facts, LogkeepError } from "../core/errors.ts";

/** Metadata, a manifest or a manifest list that is not what the Iceberg spec says. */
export function corruptFile(path: string, what: string, cause?: unknown): LogkeepError {
  return new LogkeepError({
    code: "lake.corrupt-metadata",
    message: "a file of the table's metadata does not hold what the format says",
    facts: { path, what },
    ...(cause === undefined ? {} : { cause }),
    hint: "restore the file from a copy: the lake never changes a file that it has written",
  });
}

/** A table whose metadata names another place than the one it lies in. */
export function movedTable(path: string): LogkeepError {
  return new LogkeepError({
    code: "lake.corrupt-metadata",
    message: "the table lies elsewhere than its metadata says",
    facts: { path },
    hint: "was the data folder moved, renamed or copied? `logkeep relocate` makes it readable where it lies now",
  });
}

/** A definition that the table's rows cannot follow. */
export function schemaConflict(facts: Facts): LogkeepError {
  return new LogkeepError({
    code: "lake.schema-conflict",
    message: "the table's definition removes or retypes a column that the table has",
    facts,
    hint: "columns can only be added; give the changed column a new name",
  });
}

/** No table of that name has been created. */
export function tableMissing(tableId: string): LogkeepError {
  return new LogkeepError({
    code: "lake.table-missing",
    message: "the table does not exist",
    facts: { table: tableId },
    hint: "ingest something into it first",
  });
}
