import type { LakeStore } from "../../core/lake-store.ts";
import { type SqlEngine, sqlString } from "../../core/sql-engine.ts";
import type { TableDefinition } from "../../core/table.ts";
import type { LiveFile } from "../../lake/model.ts";

/** More footers than this take longer than most queries. */
const MOST_FILES = 500;

/** Row groups of some files that may hold wanted rows, and the bytes of the wanted columns in them. */
export interface FooterSums {
  readonly left: number;
  readonly total: number;
  readonly bytes: number;
}

/** What is wanted of the files. */
export interface FooterFilter {
  readonly definition: TableDefinition;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly accounts: readonly string[] | null;
  readonly columns: readonly string[] | null;
}

/**
 * Prunes row groups by the least and greatest time and account in their footers, and adds up the compressed bytes of the
 * columns. Null where the files are elsewhere, or too many: then nobody looks.
 */
export async function readFooters(
  files: readonly LiveFile[],
  filter: FooterFilter,
  store: LakeStore,
  engine: SqlEngine,
): Promise<FooterSums | null> {
  if (!store.rootUri.startsWith("file:") || files.length > MOST_FILES) return null;
  if (files.length === 0) return { left: 0, total: 0, bytes: 0 };
  const paths = files.map((file) => sqlString(store.localPath(file.path)));
  const { timeColumn, accountColumn } = filter.definition;
  const statistic = (name: string, column: string | null, type: string) =>
    column === null
      ? `NULL::${type}`
      : `max(TRY_CAST(stats_${name}_value AS ${type})) FILTER (path = ${sqlString(column)})`;
  const [row] = await engine.all(`
    WITH chunks AS (
      SELECT file_name, row_group_id, lower(replace(path_in_schema, ', ', '.')) AS path, total_compressed_size,
        stats_min_value, stats_max_value
      FROM parquet_metadata([${paths.join(", ")}])
    ), row_groups AS (
      SELECT sum(total_compressed_size) FILTER (${wantedColumns(filter.columns)}) AS bytes,
        ${statistic("min", timeColumn, "TIMESTAMPTZ")} AS first_at, ${statistic("max", timeColumn, "TIMESTAMPTZ")} AS last_at,
        ${statistic("min", accountColumn, "VARCHAR")} AS least, ${statistic("max", accountColumn, "VARCHAR")} AS most
      FROM chunks GROUP BY file_name, row_group_id
    )
    SELECT count(*)::DOUBLE AS total, (count(*) FILTER (${wantedGroups(filter)}))::DOUBLE AS remaining,
      COALESCE(sum(bytes) FILTER (${wantedGroups(filter)}), 0)::DOUBLE AS bytes FROM row_groups`);
  return { left: Number(row?.["remaining"]), total: Number(row?.["total"]), bytes: Number(row?.["bytes"]) };
}

function wantedColumns(columns: readonly string[] | null): string {
  if (columns === null) return "true";
  // A path leads to all below it, and one that goes on below a list leads to the list.
  const tests = columns.map((column) => {
    const path = sqlString(column.toLowerCase());
    return `path = ${path} OR starts_with(path, ${path} || '.') OR starts_with(${path}, regexp_replace(path, '\\.list(\\..*)?$', '') || '.')`;
  });
  return tests.length === 0 ? "false" : tests.join(" OR ");
}

function wantedGroups({ fromMs, toMs, accounts }: FooterFilter): string {
  const instant = (atMs: number) => `make_timestamptz(${BigInt(Math.floor(atMs)) * 1000n})`;
  const terms = [
    ...(fromMs === null ? [] : [`(last_at IS NULL OR last_at >= ${instant(fromMs)})`]),
    ...(toMs === null ? [] : [`(first_at IS NULL OR first_at < ${instant(toMs)})`]),
  ];
  if (accounts !== null) {
    const between = accounts.map((each) => `${sqlString(each)} BETWEEN least AND most`);
    terms.push(`(least IS NULL OR most IS NULL OR ${between.length === 0 ? "false" : between.join(" OR ")})`);
  }
  return terms.length === 0 ? "true" : terms.join(" AND ");
}
