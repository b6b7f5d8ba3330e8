/**
 * Rows of a batch that the table has already, or that stand twice in the batch. A duplicate has the same identity, event
 * time and account, so only the table's files whose ranges overlap are read, and of those only the identity columns.
 * Of duplicates the first committed wins, within a batch the lowest address. They leave `batch_rows`.
 */
import type { Source } from "../core/source.ts";
import { type SqlEngine, sqlName } from "../core/sql-engine.ts";
import type { Lake, Table } from "../lake/catalog.ts";
import type { LiveFile } from "../lake/model.ts";
import { planScan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot } from "../lake/snapshot.ts";

/** Duplicate records of one object: how many, and their ordinals in ascending order. */
export interface ObjectDuplicates {
  readonly count: number;
  readonly ordinals: readonly number[];
}

/** Keyed by the object's place in the batch. `table` is the newest version: what was committed before this batch. */
export async function takeDuplicates(
  source: Source,
  table: Table,
  engine: SqlEngine,
  lake: Pick<Lake, "store">,
): Promise<ReadonlyMap<number, ObjectDuplicates>> {
  if (source.recordKey === null) return new Map();
  const keys = source.recordKey.map(keyColumn);
  // Objects stand in the table in the order in which threads finished them: the address decides, not the row's place.
  // The window costs several times as much as the count, and most batches need none.
  const repeated = `SELECT ${keys[0]} FROM batch_rows GROUP BY ALL HAVING count(*) > 1`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE batch_duplicates AS
    SELECT rowid AS row FROM batch_rows WHERE ${keys[0]} IN (${repeated})
    QUALIFY row_number() OVER (PARTITION BY ${keys.join(", ")} ORDER BY carried.object, rowid) > 1`);
  const files = await overlappingFiles(source, table, engine, lake);
  if (files.length > 0) {
    const time = sqlName(source.table.timeColumn);
    await engine.run(`INSERT INTO batch_duplicates
      SELECT r.rowid FROM batch_rows r SEMI JOIN (
        SELECT * FROM ${await scanRelation(table, files, lake.store)}
        WHERE ${time} IS NULL OR ${time} BETWEEN (SELECT min(${time}) FROM batch_rows) AND (SELECT max(${time}) FROM batch_rows)
      ) known ON ${identityMatch(source.recordKey)}`);
  }
  const rows =
    await engine.all(`SELECT o.place, count(*) AS duplicates, list(r.rowid - o.first_row ORDER BY r.rowid) AS ordinals
    FROM batch_rows r JOIN batch_objects o ON o.place = r.carried.object
    WHERE r.rowid IN (SELECT row FROM batch_duplicates) GROUP BY o.place`);
  if (rows.length > 0) await engine.run("DELETE FROM batch_rows WHERE rowid IN (SELECT row FROM batch_duplicates)");
  return new Map(
    rows.map((row) => [
      Number(row["place"]),
      // `list` of 64-bit integers comes as an array of bigint.
      { count: Number(row["duplicates"]), ordinals: (row["ordinals"] as bigint[]).map(Number) },
    ]),
  );
}

/** The condition under which rows `r` and `known` are the same record. */
export function identityMatch(recordKey: readonly string[]): string {
  return recordKey.map((key) => `known.${keyColumn(key)} IS NOT DISTINCT FROM r.${keyColumn(key)}`).join(" AND ");
}

function keyColumn(key: string): string {
  return key.split(".").map(sqlName).join(".");
}

async function overlappingFiles(
  source: Source,
  table: Table,
  engine: SqlEngine,
  lake: Pick<Lake, "store">,
): Promise<readonly LiveFile[]> {
  const snapshot = currentSnapshot(table);
  if (snapshot === null) return [];
  const time = sqlName(source.table.timeColumn);
  const account = source.table.accountColumn;
  const accountList = account === null ? "NULL" : `list(DISTINCT ${sqlName(account)})`;
  const [range] = await engine.all(`SELECT epoch_ms(min(${time})) AS first, epoch_ms(max(${time})) AS last,
    count(*) - count(${time}) AS timeless, ${accountList} AS accounts, count(*) - count(${account === null ? "1" : sqlName(account)}) AS unowned FROM batch_rows`);
  if (range === undefined) return [];
  const accounts =
    Array.isArray(range["accounts"]) && Number(range["unowned"]) === 0 ? range["accounts"].map(String) : null;
  const timed =
    range["first"] === null
      ? []
      : (
          await planScan(
            table,
            snapshot,
            {
              fromMs: Number(range["first"]),
              toMs: Number(range["last"]) + 1,
              ...(accounts === null ? {} : { accounts }),
            },
            lake.store,
          )
        ).files;
  if (Number(range["timeless"]) === 0) return timed;
  const all = await planScan(table, snapshot, {}, lake.store);
  return [...timed, ...all.files.filter((file) => file.partition.day === null)];
}
