/** What became of a batch's objects -> rows of the ledger, whose sums balance. Pure. */
import { deliveredAt } from "../core/delivered-at.ts";
import { LogkeepError } from "../core/errors.ts";
import type { ObjectState } from "../core/ledger.ts";
import type { ObjectRecords } from "./batch-tables.ts";
import type { ObjectDuplicates } from "./find-duplicates.ts";
import type { ClosedObject } from "./objects.ts";

/** A row of `LEDGER_TABLE`: instants in ISO 8601, the rest as it is. */
export interface LedgerRow {
  readonly object: string;
  readonly object_version: string;
  readonly source: string | null;
  readonly accountid: string | null;
  readonly region: string | null;
  readonly state: ObjectState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly records_in: number | null;
  readonly rows_kept: number;
  readonly records_rejected: number;
  readonly records_duplicate: number;
  readonly size_bytes: number;
  readonly inflated_bytes: number | null;
  readonly sha256: string | null;
  readonly first_event_at: string | null;
  readonly last_event_at: string | null;
  readonly batch: string;
  readonly decided_at: string;
  readonly duplicates: string | null;
  readonly delivered_at: string | null;
}

/** The row of an object that was read. Throws where the sums do not balance: that would be our fault, never the log's. */
export function openedRow(
  counted: ObjectRecords,
  rejected: number,
  duplicates: ObjectDuplicates | undefined,
  batch: string,
  decidedAt: string,
): LedgerRow {
  const { object, records } = counted;
  const duplicate = duplicates?.count ?? 0;
  const kept = records - rejected - duplicate;
  if (kept < 0) {
    throw new LogkeepError({
      code: "ingest.sums-differ",
      message: "an object has more rejects and duplicates than records",
      facts: { object: object.ref.uri, records, rejected, duplicate },
    });
  }
  return {
    object: object.ref.uri,
    object_version: object.ref.version,
    source: object.source.id,
    accountid: object.route.account,
    region: object.route.region,
    // An object all of whose records are known is a second delivery, whatever its bytes are.
    state: records > 0 && duplicate === records ? "duplicate" : "ingested",
    reason: records > 0 && duplicate === records ? "duplicate.records" : null,
    detail: records > 0 && duplicate === records ? "all its records were delivered before" : null,
    records_in: records,
    rows_kept: kept,
    records_rejected: rejected,
    records_duplicate: duplicate,
    size_bytes: object.ref.sizeBytes,
    inflated_bytes: object.inflatedBytes,
    sha256: object.sha256,
    first_event_at: isoInstant(counted.firstEventAt),
    last_event_at: isoInstant(counted.lastEventAt),
    batch,
    decided_at: decidedAt,
    duplicates: duplicates === undefined ? null : JSON.stringify({ ordinals: toRanges(duplicates.ordinals) }),
    delivered_at: isoInstant(deliveredAt(object.ref.key)),
  };
}

/** The row of an object that gives no rows. */
export function closedRow(closed: ClosedObject, batch: string, decidedAt: string): LedgerRow {
  return {
    object: closed.ref.uri,
    object_version: closed.ref.version,
    source: closed.source?.id ?? null,
    accountid: closed.route.account,
    region: closed.route.region,
    state: closed.state,
    reason: closed.reason,
    detail: closed.detail,
    records_in: closed.recordCount,
    rows_kept: 0,
    records_rejected: 0,
    records_duplicate: closed.recordCount ?? 0,
    size_bytes: closed.ref.sizeBytes,
    inflated_bytes: closed.inflatedBytes,
    sha256: closed.sha256,
    first_event_at: null,
    last_event_at: null,
    batch,
    decided_at: decidedAt,
    duplicates: null,
    delivered_at: isoInstant(deliveredAt(closed.ref.key)),
  };
}

/** `[0, 1, 2, 7]` as `[[0, 2], [7, 7]]`: both ends belong to a range. */
export function toRanges(ordinals: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const ordinal of ordinals) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === ordinal - 1) last[1] = ordinal;
    else ranges.push([ordinal, ordinal]);
  }
  return ranges;
}

/** Only years of four digits have a spelling that every reader of the ledger understands. */
function isoInstant(instant: Date | null): string | null {
  const text = instant === null || Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
  return /^\d{4}-/.test(text) ? text : null;
}
