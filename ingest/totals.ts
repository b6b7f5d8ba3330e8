import type { StagedBatch } from "./stage-batch.ts";

/** Sums over the objects of a run. `recordsIn = rowsKept + recordsRejected + recordsDuplicate`. */
export interface Totals {
  readonly objects: number;
  readonly ingested: number;
  readonly duplicate: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly recordsIn: number;
  readonly rowsKept: number;
  readonly recordsRejected: number;
  readonly recordsDuplicate: number;
  readonly sizeBytes: number;
  readonly inflatedBytes: number;
  readonly derivedRows: number;
}

/** Of no objects. */
export const NO_TOTALS: Totals = {
  objects: 0,
  ingested: 0,
  duplicate: 0,
  skipped: 0,
  quarantined: 0,
  recordsIn: 0,
  rowsKept: 0,
  recordsRejected: 0,
  recordsDuplicate: 0,
  sizeBytes: 0,
  inflatedBytes: 0,
  derivedRows: 0,
};

/** The sums with those of a batch, whose reasons are counted too. */
export function addBatch(totals: Totals, staged: StagedBatch, reasons: Map<string, number>): Totals {
  const sum: { -readonly [key in keyof Totals]: number } = { ...totals };
  for (const row of staged.ledger) {
    sum.objects += 1;
    sum[row.state] += 1;
    sum.recordsIn += row.records_in ?? 0;
    sum.rowsKept += row.rows_kept;
    sum.recordsRejected += row.records_rejected;
    sum.recordsDuplicate += row.records_duplicate;
    sum.sizeBytes += row.size_bytes;
    sum.inflatedBytes += row.inflated_bytes ?? 0;
    if (row.reason !== null) reasons.set(row.reason, (reasons.get(row.reason) ?? 0) + 1);
  }
  sum.derivedRows += staged.derivedRows;
  return sum;
}

/** The sums of both. */
export function addTotals(left: Totals, right: Totals): Totals {
  const sum: { -readonly [key in keyof Totals]: number } = { ...left };
  // The keys of an object literal of that very type.
  for (const key of Object.keys(right) as (keyof Totals)[]) sum[key] += right[key];
  return sum;
}
