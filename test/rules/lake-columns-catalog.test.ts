/** The columns that texts in Athena's SQL may name are those that DuckDB has for the tables and views of a lake. */
import { expect, test } from "vitest";
import { alertsSql } from "../../analyzers/alerts/alerts-sql.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { readLakeState } from "../../queries/lake-state.ts";
import { LAKE_VIEW } from "../../queries/names/lake-view.ts";
import { nameViews } from "../../queries/names/name-views.ts";
import { SECURITY_LAKE_SOURCES } from "../../queries/names/security-lake-view.ts";
import { createSnapshotViews, viewedTables } from "../../queries/snapshot-views.ts";
import { ALL_TIME } from "../../queries/time-window.ts";
import { ROOT } from "../support/catalog.ts";
import { duckDbTypeText } from "../support/duckdb-type-text.ts";
import { temporaryLake } from "../support/temporary-lake.ts";

test("default: the catalog of columns is what an empty lake's views have", async () => {
  await using held = await temporaryLake();
  const definitions = viewedTables(SOURCES);
  const named = nameViews(SOURCES, [LAKE_VIEW, ...SECURITY_LAKE_SOURCES.map((source) => `${source}_2_0`)]);
  await createSnapshotViews(
    {
      sources: SOURCES,
      window: ALL_TIME,
      accounts: null,
      alertsSql: alertsSql(60),
      isNeeded: () => false,
      nameViews: named,
    },
    await readLakeState(definitions, null, held.lake),
    held.lake,
    held.engine,
  );
  const names = [
    ...definitions.map(({ id }) => id),
    ...SOURCES.map(({ id }) => `${id}_events`),
    ...named.map(({ name }) => name),
    "alerts",
  ].sort();
  const tables: string[] = [];
  for (const name of names) {
    const rows = await held.engine.all(`SELECT column_name, column_type FROM (DESCRIBE ${name})`);
    const columns = rows.map((row) => `    ${JSON.stringify(columnText(row["column_name"], row["column_type"]))},`);
    tables.push(`  ${name}: [\n${columns.join("\n")}\n  ],`);
  }
  await expect(
    `// Rendered from the views over an empty lake by \`npm run gen\`. Do not edit.

/** The columns of every table and view of a lake, by its name, each as \`name type\` in Trino's words. */
export const LAKE_COLUMNS: Readonly<Record<string, readonly string[]>> = {
${tables.join("\n")}
};
`,
  ).toMatchFileSnapshot(`${ROOT}queries/dialect/lake-columns.gen.ts`);
});

function columnText(name: unknown, type: unknown): string {
  return duckDbTypeText(`STRUCT("${String(name)}" ${String(type)})`).slice("row(".length, -1);
}
