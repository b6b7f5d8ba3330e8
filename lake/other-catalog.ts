import { LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";

/** Who says which metadata file of a table is the newest: the folder itself, or a data catalog outside. */
export type CatalogKind = "file" | "register";

const METADATA_FILES: readonly { readonly kind: CatalogKind; readonly name: RegExp }[] = [
  { kind: "file", name: /\/v[1-9][0-9]*\.metadata\.json$/ },
  { kind: "register", name: /\/[0-9]{5,}-[0-9a-f]{32}\.metadata\.json$/ },
];

/**
 * For a table that a catalog does not know: throws `lake.other-catalog` when its folder is the other kind's. Else a lake
 * that is opened in the wrong way would look empty, and be written anew over its own files.
 */
export async function refuseOtherCatalog(store: LakeStore, tableId: string, kind: CatalogKind): Promise<void> {
  for await (const { path } of store.list(`${tableId}/metadata`)) {
    const found = METADATA_FILES.find(({ name }) => name.test(path))?.kind ?? kind;
    if (found !== kind) throw otherCatalog(tableId, found);
  }
}

function otherCatalog(tableId: string, found: CatalogKind): LogkeepError {
  return new LogkeepError({
    code: "lake.other-catalog",
    message: "the table belongs to another catalog than the one that was asked",
    facts: { table: tableId, catalog: found === "file" ? "files" : "Glue" },
    hint:
      found === "file"
        ? "open the lake without LOGKEEP_LAKE_GLUE_DATABASE"
        : "set LOGKEEP_LAKE_GLUE_DATABASE to the database that names the lake's tables",
  });
}
