import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlType } from "../../analyzers/sql/sql-type.ts";
import type { Source } from "../../core/source.ts";
import { type SqlEngine, sqlString } from "../../core/sql-engine.ts";
import { rawRelation } from "../../ingest/raw-relation.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";

/** The CloudTrail source of the catalog. */
export const CLOUDTRAIL: Source = SOURCES.find((source) => source.id === "cloudtrail") as Source;

/** An empty temporary table with a source's columns. */
export async function createEmptyTable(engine: SqlEngine, source: Source, relation: string): Promise<void> {
  const columns = source.table.columns.map((column) => `"${column.name}" ${sqlType(column.type)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${columns.join(", ")})`);
}

/**
 * Raw records through the source's real projection into a temporary table, as a batch of one object that came as
 * `object`; the rowid is the record's index.
 */
export async function normalizeRecords(
  engine: SqlEngine,
  source: Source,
  relation: string,
  records: readonly unknown[],
  object = "file:///logs/object.json.gz",
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "logkeep-rows-"));
  try {
    const path = join(folder, "000000.jsn");
    writeFileSync(path, JSON.stringify(records));
    const raw = rawRelation(source, { kind: "json-array", path: [] }, [
      {
        path,
        account: "111122223333",
        region: "eu-west-1",
        variant: "records",
        envelope: "{}",
        largestRecordBytes: 16_777_216,
      },
    ]);
    await engine.run(
      source.macrosSql.replaceAll(/CREATE (?:OR REPLACE )?(?:TEMP )?MACRO/gi, "CREATE OR REPLACE TEMP MACRO"),
    );
    const columns = source.table.columns
      .filter(({ name }) => name !== "logkeep")
      .map(({ name, type }) => `CAST("${name}" AS ${sqlType(type)}) AS "${name}"`);
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} AS
      WITH raw AS (${raw}), normalized AS (${source.normalizeSql})
      SELECT ${columns.join(", ")}, {'object': ${sqlString(object)}, 'object_version': 'v1',
        'ordinal': row_number() OVER () - 1, 'batch': 'b1', 'normalizer': 1, 'account_mismatch': false} AS logkeep
      FROM normalized`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
