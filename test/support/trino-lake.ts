import type { Lake } from "../../lake/catalog.ts";
import { TRINO_CATALOG } from "./trino.ts";
import { type TrinoAddress, trinoQuery } from "./trino-client.ts";

/**
 * Makes the tables of a lake, as they are now, the tables of a schema: a commit that follows is seen after the next
 * call. The lake must lie below the system's folder for temporary files. Returns the tables' names.
 */
export async function registerLake(server: TrinoAddress, lake: Lake, schema: string): Promise<readonly string[]> {
  const options = { catalog: TRINO_CATALOG, schema };
  await trinoQuery(server, `CREATE SCHEMA IF NOT EXISTS ${schema}`, options);
  const { rows } = await trinoQuery(server, "SHOW TABLES", options);
  const known = new Set(rows.map(([name]) => String(name)));
  const ids = await lake.catalog.list();
  for (const id of ids) {
    const table = await lake.catalog.load(id);
    if (table === null) continue;
    const name = `schema_name => '${schema}', table_name => '${id}'`;
    if (known.has(id)) await trinoQuery(server, `CALL system.unregister_table(${name})`, options);
    const at = `table_location => '${table.metadata.location.replaceAll("'", "''")}'`;
    const file = `metadata_file_name => '${table.metadataPath.split("/").at(-1)}'`;
    await trinoQuery(server, `CALL system.register_table(${name}, ${at}, ${file})`, options);
  }
  return ids;
}
