/** The ledger in; what is missing or came late of what may be of a window out, by source and account. */
import type { Source } from "../../core/source.ts";
import { type SqlEngine, type SqlRow, sqlString } from "../../core/sql-engine.ts";
import { type LedgerRelations, ledgerTimes } from "../series/read-series.ts";
import type { SeriesName } from "../series/series.ts";
import type { TimeWindow } from "../time-window.ts";
import { type Gaps, NO_GAPS, type UnplacedGaps } from "./completeness.ts";

const SKEW_US = 900_000_000n;

/** What is looked for. */
export interface GapScope {
  readonly sources: readonly Pick<Source, "id" | "delivery">[];
  /** Null: all accounts. */
  readonly accounts: readonly string[] | null;
  readonly window: TimeWindow;
  /** Series that are wont to take longer than their source promises; later than that is late. */
  readonly slowSeries: readonly (SeriesName & { readonly delayMs: number })[];
}

/**
 * Reads the gaps. The events of an object that was read lie between its first and its last, give or take the source's
 * delay for those that were rejected. Of one that was not, they lie between its delivery and its source's reach before
 * it; where the key tells no time, or no source knows it, anywhere.
 */
export async function readGaps(
  ledger: LedgerRelations,
  scope: GapScope,
  engine: SqlEngine,
): Promise<readonly UnplacedGaps[]> {
  if (scope.sources.length === 0) return [];
  const slow = scope.slowSeries.map(({ delayMs, ...name }) => ({ ...name, delay: Math.floor(delayMs) * 1000 }));
  const late = await engine.all(lateSql(ledger, scope), { delays: JSON.stringify(slow) });
  const faults = await engine.all(faultSql(ledger, scope));
  const isNone = faults.every((row) => Number(row["objects"]) === 0);
  const undone = isNone ? [] : await readSuperseded(ledger, scope, engine);
  const gaps = new Map<string, UnplacedGaps>();
  const add = (row: SqlRow, sign: 1 | -1): void => {
    const key = JSON.stringify([row["source"], row["accountid"]]);
    const before = gaps.get(key) ?? { ...NO_GAPS, source: textOf(row["source"]), account: textOf(row["accountid"]) };
    gaps.set(key, { ...before, ...addGaps(before, gapsOf(row, sign)) });
  };
  for (const row of [...faults, ...late]) add(row, 1);
  for (const row of undone) add(row, -1);
  return [...gaps.values()].filter(hasGaps);
}

function hasGaps({ objectsQuarantined, recordsRejected, lateRowsAtMost }: Gaps): boolean {
  return objectsQuarantined + recordsRejected + lateRowsAtMost > 0;
}

/** The sum of two. */
export function addGaps(left: Gaps, right: Gaps): Gaps {
  return {
    objectsQuarantined: left.objectsQuarantined + right.objectsQuarantined,
    objectsPending: left.objectsPending + right.objectsPending,
    recordsRejected: left.recordsRejected + right.recordsRejected,
    lateRowsAtLeast: left.lateRowsAtLeast + right.lateRowsAtLeast,
    lateRowsAtMost: left.lateRowsAtMost + right.lateRowsAtMost,
  };
}

function gapsOf(row: SqlRow, sign: 1 | -1): Gaps {
  return {
    ...NO_GAPS,
    objectsQuarantined: sign * Number(row["quarantined"] ?? 0),
    recordsRejected: sign * Number(row["rejected"] ?? 0),
    lateRowsAtLeast: sign * Number(row["late_least"] ?? 0),
    lateRowsAtMost: sign * Number(row["late_most"] ?? 0),
  };
}

/** An object that no source knows may have been of any. */
function faultCondition({ sources, accounts, window }: GapScope): string {
  const ids = sources.map(({ id }) => sqlString(id)).join(", ");
  const isFault = "(state = 'quarantined' OR records_rejected > 0)";
  return `${isFault} AND (source IS NULL OR source IN (${ids}))${accountCondition(accounts)}${sinceCondition(window)}`;
}

const COLUMNS = `"object", object_version, source, accountid, region, state, rows_kept, records_rejected, size_bytes,
  delivered_at, decided_at, first_event_at, last_event_at`;
/** More sizes are no longer a way to read little. */
const MOST_SIZES = 2000;

/**
 * Faults that no longer stand: an object that could not be read is tried again by a later run, and the last decision
 * about a version is its state. Names of objects are most of the ledger's bytes. Equal bytes have one size, so only
 * objects of the size of a faulty one are looked at by name.
 */
async function readSuperseded(ledger: LedgerRelations, scope: GapScope, engine: SqlEngine): Promise<readonly SqlRow[]> {
  const relation = rowsOf(ledger);
  const pairs = await engine.all(`WITH faults AS MATERIALIZED (
      SELECT accountid, size_bytes, decided_at FROM ${relation} WHERE ${faultCondition(scope)})
    SELECT DISTINCT l.size_bytes::VARCHAR AS size FROM faults f JOIN ${relation} AS l
      ON l.size_bytes IS NOT DISTINCT FROM f.size_bytes AND l.accountid IS NOT DISTINCT FROM f.accountid
      AND l.decided_at > f.decided_at LIMIT ${MOST_SIZES + 1}`);
  if (pairs.length === 0) return [];
  const sizes = pairs.map(({ size }) => size);
  const isNarrow = sizes.length <= MOST_SIZES && !sizes.includes(null);
  const where = isNarrow ? `size_bytes IN (${sizes.map((size) => BigInt(String(size))).join(", ")})` : "true";
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE logkeep_same_size AS SELECT ${COLUMNS} FROM ${relation} WHERE ${where}`,
  );
  try {
    const later = `SELECT 1 FROM logkeep_same_size AS later WHERE later."object" = fault."object"
      AND later.object_version = fault.object_version AND later.decided_at > fault.decided_at`;
    const older = `(SELECT * FROM logkeep_same_size AS fault WHERE EXISTS (${later})) AS l`;
    return await engine.all(faultSql({ current: null, older }, scope));
  } finally {
    await engine.run("DROP TABLE logkeep_same_size");
  }
}

/** All rows of the ledger, with the columns that faults need. */
function rowsOf({ current, older }: LedgerRelations): string {
  const parts = [older, current].flatMap((each) => (each === null ? [] : [`SELECT ${COLUMNS} FROM ${each}`]));
  return `(${parts.join(" UNION ALL ")})`;
}

function faultSql(ledger: LedgerRelations, scope: GapScope): string {
  const delay = bySource(scope, ({ delayMs }) => delayMs);
  const reach = bySource(scope, ({ reachMs }) => reachMs);
  return `SELECT source, accountid, count(*)::DOUBLE AS objects,
      count(*) FILTER (WHERE state = 'quarantined')::DOUBLE AS quarantined, sum(records_rejected)::DOUBLE AS rejected
    FROM (SELECT *, coalesce(first_event - ${delay}, delivered - ${reach}) AS earliest,
        coalesce(last_event + ${delay}, delivered + ${SKEW_US}) AS latest
      FROM (${ledgerTimes(ledger, faultCondition(scope))}))
    WHERE ${overlap("earliest", "latest", scope.window)}
    GROUP BY ALL`;
}

/** Whole states of resources are delivered again and again, however old they are: such a source has no late rows. */
function lateSql(ledger: LedgerRelations, scope: GapScope): string {
  const { accounts, window } = scope;
  const sources = scope.sources.filter(({ delivery }) => delivery.reachMs !== null);
  const ids = sources.length === 0 ? "NULL" : sources.map(({ id }) => sqlString(id)).join(", ");
  const stated = bySource({ ...scope, sources }, ({ delayMs }) => delayMs);
  const inside = ["true", ...(window.fromMs === null ? [] : [`first_event >= ${micros(window.fromMs)}`])];
  if (window.toMs !== null) inside.push(`last_event < ${micros(window.toMs)}`);
  return `WITH slow AS (
      SELECT row.source AS source, row.account AS accountid, row.region AS region, row.delay AS delay
      FROM (SELECT unnest(json_transform($delays,
        '[{"source":"VARCHAR","account":"VARCHAR","region":"VARCHAR","delay":"BIGINT"}]')) AS row)),
    old AS (
      SELECT *, ${stated} AS stated
      FROM (${ledgerTimes(ledger, `source IN (${ids})${accountCondition(accounts)} AND state = 'ingested'${sinceCondition(window)}`)})
      WHERE delivered - first_event > ${stated} AND ${overlap("first_event", "last_event", window)}),
    late AS (
      SELECT old.*, coalesce(slow.delay, stated) AS delay FROM old LEFT JOIN slow ON slow.source = old.source
        AND slow.accountid = old.accountid AND slow.region IS NOT DISTINCT FROM old.region)
    SELECT source, accountid, sum(rows_kept)::DOUBLE AS late_most,
      coalesce(sum(rows_kept) FILTER (WHERE delivered - last_event > delay AND ${inside.join(" AND ")}), 0)::DOUBLE
        AS late_least
    FROM late WHERE delivered - first_event > delay
    GROUP BY ALL`;
}

/** Nothing happened after its object was decided on. The ledger lies by the day of the decision, so little is read. */
function sinceCondition({ fromMs }: TimeWindow): string {
  return fromMs === null ? "" : ` AND decided_at >= make_timestamptz(${micros(fromMs) - SKEW_US})`;
}

function accountCondition(accounts: readonly string[] | null): string {
  return accounts === null ? "" : ` AND (accountid IS NULL OR accountid IN (${accounts.map(sqlString).join(", ")}))`;
}

/** Whether something between two instants may be of the window; unknown instants may be any. */
function overlap(earliest: string, latest: string, { fromMs, toMs }: TimeWindow): string {
  const terms = [
    "true",
    ...(toMs === null ? [] : [`coalesce(${earliest} < ${micros(toMs)}, true)`]),
    ...(fromMs === null ? [] : [`coalesce(${latest} >= ${micros(fromMs)}, true)`]),
  ];
  return terms.join(" AND ");
}

/** A number of microseconds by source; NULL where the source has none. */
function bySource({ sources }: GapScope, pick: (delivery: Source["delivery"]) => number | null): string {
  const cases = sources.flatMap(({ id, delivery }) => {
    const spanMs = pick(delivery);
    return spanMs === null ? [] : [`WHEN ${sqlString(id)} THEN ${micros(spanMs)}`];
  });
  return cases.length === 0 ? "NULL::BIGINT" : `CASE source ${cases.join(" ")} END`;
}

function micros(ms: number): bigint {
  return BigInt(Math.floor(ms)) * 1000n;
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
