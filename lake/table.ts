/**
 * The way through this folder, in the order of a batch:
 *   `openTable(definition, lake)`                        creates the table or adds the definition's new columns
 *   `writeDataFiles(table, from, options, ports)`        Parquet files in place, not yet part of the table
 *   `commitAppend(tableId, files, properties, lake)`     makes them part of it, once; `files` may come from JSON
 *   `planScan(table, snapshot, filter, store)`           files that may hold matching rows
 *   `scanRelation(table, files, store)`                  what stands after FROM to read them
 * `Lake` is `{ store, catalog: fileCatalog(store), clock }`. What a kill at each step leaves: `docs/lake-format.md`.
 */
import type { TableDefinition } from "../core/table.ts";
import type { Catalog, Lake, Table } from "./catalog.ts";
import { commitWithRetry } from "./commit-retry.ts";
import { tableMissing } from "./errors.ts";
import { absoluteUri } from "./manifest.ts";
import { createMetadata, evolveMetadata } from "./metadata.ts";

/** The table of a definition, created or evolved first where needed. Throws `lake.schema-conflict`. */
export async function openTable(definition: TableDefinition, lake: Lake): Promise<Table> {
  return commitWithRetry(definition.id, lake, async () => {
    const table = await lake.catalog.load(definition.id);
    if (table === null) {
      const metadata = createMetadata(definition, absoluteUri(lake.store, definition.id), lake.clock.now());
      return lake.catalog.create(definition.id, metadata);
    }
    const evolved = evolveMetadata(table.metadata, definition, lake.clock.now());
    return evolved === null ? table : lake.catalog.commit(table, evolved);
  });
}

/** The newest version of a table. Throws `lake.table-missing`. */
export async function loadTable(tableId: string, catalog: Catalog): Promise<Table> {
  const table = await catalog.load(tableId);
  if (table === null) throw tableMissing(tableId);
  return table;
}
