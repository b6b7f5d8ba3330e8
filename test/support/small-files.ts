/** Many small files for the price of a few: the engine writes one for each variant, the rest are links to those. */
import { linkSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { SqlEngine } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { commitAppend } from "../../lake/commit.ts";
import { type DataFile, SPEC_DAY } from "../../lake/model.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { SYNTHETIC } from "./synthetic-table.ts";

/** Rows in each small file. */
export const SMALL_FILE_ROWS = 20;
const VARIANTS = 5;
const FILES_IN_A_COMMIT = 250;

/** Rows of one day, of seven accounts and none. `where` distinguishes what is written. */
export function smallRows(where: string, count: number): string {
  return `(SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_seconds((i * 7919 + hash('${where}') % 1000)::BIGINT % 86400) AS time_dt,
    CASE WHEN i % 8 = 7 THEN NULL ELSE '11112222333' || (i % 8) END AS accountid FROM range(${count}) t(i))`;
}

/** Appends so many files of one day, in commits of 250. Their names begin with `name`. */
export async function appendSmallFiles(count: number, lake: Lake, engine: SqlEngine, name = "small"): Promise<void> {
  const table = await openTable(SYNTHETIC, lake);
  const models: DataFile[] = [];
  for (let variant = 0; variant < VARIANTS; variant += 1) {
    const options = { specId: SPEC_DAY, prefix: `${name}-model${variant}` };
    const from = smallRows(`v${variant}`, SMALL_FILE_ROWS);
    models.push(...(await writeDataFiles(table, from, options, { store: lake.store, engine })));
  }
  for (let from = 0; from < count; from += FILES_IN_A_COMMIT) {
    const files = Array.from({ length: Math.min(FILES_IN_A_COMMIT, count - from) }, (_, offset) => {
      const model = models[(from + offset) % models.length]!;
      const path = model.path.replace(/model\d/, String(from + offset).padStart(6, "0"));
      const [source, target] = [lake.store.localPath(model.path), lake.store.localPath(path)];
      mkdirSync(dirname(target), { recursive: true });
      linkSync(source, target);
      return { ...model, path };
    });
    await commitAppend(SYNTHETIC.id, files, {}, lake);
  }
}
