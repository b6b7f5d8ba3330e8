/**
 * The tables of a batch, after `batch_rows`: which object each row came from, which rows are faulty or known
 * already, and the view `batch` with exactly the rows that will be committed.
 */
import { LogkeepError } from "../core/errors.ts";
import type { Source } from "../core/source.ts";
import type { SpoolFolder } from "../core/spool.ts";
import { type SqlEngine, type SqlRow, sqlName, sqlString } from "../core/sql-engine.ts";
import type { OpenedObject } from "./objects.ts";
import { placeOf } from "./raw-objects.ts";

/** What an object's records came to, before duplicates are known. */
export interface ObjectRecords {
  readonly object: OpenedObject;
  readonly records: number;
  readonly firstRow: bigint;
  readonly firstEventAt: Date | null;
  readonly lastEventAt: Date | null;
  /** Least and greatest account of its rows; null where a row has none. */
  readonly accounts: readonly [string, string] | null;
}

/** Whether the rows stand grouped by account, in ascending order, as they are. */
export function isGroupedByAccount(counted: readonly ObjectRecords[]): boolean {
  const filled = counted.filter(({ records }) => records > 0).sort((a, b) => (a.firstRow < b.firstRow ? -1 : 1));
  return filled.every(({ accounts }, index) => {
    const before = filled[index - 1]?.accounts;
    // An object of several accounts holds them in any order.
    if (accounts === null || accounts[0] !== accounts[1]) return false;
    return before === undefined || before === null || before[1] <= accounts[0];
  });
}

/**
 * Counts each object's records and makes `batch_objects`. Rows of an object must stand together, or their ordinals would
 * be wrong: that is checked for every batch.
 */
export async function countRecords(objects: readonly OpenedObject[], engine: SqlEngine): Promise<ObjectRecords[]> {
  const rows = await engine.all(`SELECT carried.object AS place, count(*) AS records, min(rowid) AS first_row,
    max(rowid) AS last_row, epoch_ms(min(time_dt)) AS first_ms, epoch_ms(max(time_dt)) AS last_ms,
    min(accountid) AS least_account, max(accountid) AS greatest_account, count(*) - count(accountid) AS unowned
    FROM batch_rows GROUP BY ALL`);
  const byPlace = new Map(rows.map((row) => [Number(row["place"]), row]));
  const counted = objects.map((object) => recordsOf(object, byPlace.get(placeOf(object.path))));
  const values = counted.map(({ object, firstRow }) => {
    const { ref, route, path } = object;
    const account = route.account === null ? "NULL::VARCHAR" : sqlString(route.account);
    return `${placeOf(path)}, ${sqlString(ref.uri)}, ${sqlString(ref.version)}, ${account}, ${firstRow}`;
  });
  await engine.run(`CREATE OR REPLACE TABLE batch_objects AS
    SELECT * FROM (VALUES ${values.map((value) => `(${value})`).join(", ")})
      AS listed(place, object, object_version, account, first_row)`);
  return counted;
}

function recordsOf(object: OpenedObject, row: SqlRow | undefined): ObjectRecords {
  if (row === undefined) {
    return { object, records: 0, firstRow: 0n, firstEventAt: null, lastEventAt: null, accounts: null };
  }
  const records = Number(row["records"]);
  // The engine gives 64-bit integers as bigint and timestamps as Date.
  const firstRow = row["first_row"] as bigint;
  if (Number(row["last_row"]) - Number(firstRow) + 1 !== records) {
    throw new LogkeepError({
      code: "ingest.order-lost",
      message: "the records of an object do not stand together",
      facts: { object: object.ref.uri },
    });
  }
  return {
    object,
    records,
    firstRow,
    firstEventAt: dateOf(row["first_ms"]),
    lastEventAt: dateOf(row["last_ms"]),
    accounts: Number(row["unowned"]) > 0 ? null : [String(row["least_account"]), String(row["greatest_account"])],
  };
}

/** The engine's instants reach further than dates do: those are asked for as numbers. */
function dateOf(ms: unknown): Date | null {
  const date = new Date(Number(ms));
  return ms === null || Number.isNaN(date.getTime()) ? null : date;
}

/** Makes `batch_rejects` of faulty rows and of the records that the slow path took out; they leave `batch_rows`. */
export async function takeRejects(
  objects: readonly OpenedObject[],
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<ReadonlyMap<number, number>> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE batch_rejects AS
    SELECT o.place, r.rowid - o.first_row AS ordinal, NULL::BIGINT AS offset_bytes, strlen(r.carried.text) AS size_bytes,
      'record.' || r.carried.fault AS reason, replace(r.carried.fault, '-', ' ') AS detail, r.carried.text AS text
    FROM batch_rows r JOIN batch_objects o ON o.place = r.carried.object WHERE r.carried.fault IS NOT NULL`);
  if (objects.some((object) => object.rejects.length > 0)) {
    const path = writeRejects(objects, folder);
    await engine.run(`UPDATE batch_rejects SET offset_bytes = f.offset_bytes, size_bytes = f.size_bytes, reason = f.reason,
        detail = f.detail, text = f.text
      FROM read_json(${sqlString(path)}, format = 'newline_delimited', columns = {place: 'INTEGER', ordinal: 'BIGINT',
        offset_bytes: 'BIGINT', size_bytes: 'BIGINT', reason: 'VARCHAR', detail: 'VARCHAR', text: 'VARCHAR'}) f
      WHERE batch_rejects.place = f.place AND batch_rejects.ordinal = f.ordinal`);
  }
  const counts = await engine.all("SELECT place, count(*) AS rejected FROM batch_rejects GROUP BY place");
  if (counts.length > 0) await engine.run("DELETE FROM batch_rows WHERE carried.fault IS NOT NULL");
  return new Map(counts.map((row) => [Number(row["place"]), Number(row["rejected"])]));
}

/** Rejects put into one string at a time: their texts may take 64 KiB each. */
const REJECTS_A_WRITE = 256;

/** Newline-delimited JSON: thousands of rejects are joined in one statement. Returns the file's path. */
function writeRejects(objects: readonly OpenedObject[], folder: SpoolFolder): string {
  const file = folder.create("rejects.ndj");
  let sizeBytes = 0;
  for (const object of objects) {
    const place = placeOf(object.path);
    for (let from = 0; from < object.rejects.length; from += REJECTS_A_WRITE) {
      const lines = object.rejects.slice(from, from + REJECTS_A_WRITE).map((reject) => {
        const { ordinal, offsetBytes, sizeBytes: size, reason, detail, text } = reject;
        const row = { place, ordinal, offset_bytes: offsetBytes, size_bytes: size, reason, detail, text };
        return `${JSON.stringify(row)}\n`;
      });
      const bytes = Buffer.from(lines.join(""));
      file.write(bytes);
      sizeBytes += bytes.byteLength;
    }
  }
  file.close(sizeBytes);
  return file.path;
}

/**
 * Makes the view `batch`: the table's columns, `logkeep` included, of the rows that are left, in their order, and
 * `rowid`. Returns the number of rows.
 */
export async function makeBatchView(source: Source, batchId: string, engine: SqlEngine): Promise<number> {
  const columns = source.table.columns
    .filter((each) => each.name !== "logkeep")
    .map((each) => `r.${sqlName(each.name)}`);
  await engine.run(`CREATE OR REPLACE VIEW batch AS SELECT r.rowid AS rowid, ${columns.join(", ")}, {
      'object': o.object, 'object_version': o.object_version, 'ordinal': r.rowid - o.first_row,
      'batch': ${sqlString(batchId)}, 'normalizer': ${source.normalizerVersion},
      'account_mismatch': COALESCE(o.account <> r.accountid, false)
    } AS logkeep FROM batch_rows r JOIN batch_objects o ON o.place = r.carried.object`);
  const [row] = await engine.all("SELECT count(*) AS kept FROM batch_rows");
  return Number(row?.["kept"] ?? 0);
}
