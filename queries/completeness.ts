import type { SqlEngine, SqlRow } from "../core/sql-engine.ts";
import { toTerminalText } from "../core/terminal-text.ts";
import type { SnapshotViews } from "./snapshot-views.ts";
import { describeWindow, formatInstant, type TimeWindow } from "./time-window.ts";

/** How complete an answer can be at best, as the ledger knows it. */
export interface Completeness {
  readonly window: TimeWindow;
  /** Objects that could not be read; where their events' times are unknown, they count for every window. */
  readonly quarantinedObjects: number;
  /** Records among them that could not become rows, of objects that may reach into the window. */
  readonly rejectedRecords: number;
  /** The last event of each source, milliseconds since 1970. */
  readonly newestEvents: readonly { readonly source: string; readonly atMs: number }[];
  /** The snapshots that the answer was read from: tables with rows only. */
  readonly snapshots: readonly { readonly table: string; readonly id: number; readonly atMs: number | null }[];
}

// Clocks of log producers run ahead a little; what lies further ahead is an error and says nothing about completeness.
const AHEAD_MS = 86_400_000;

/** Reads the ledger's view. `tables` are those that the question was about. */
export async function readCompleteness(
  views: SnapshotViews,
  window: TimeWindow,
  tables: readonly string[],
  nowMs: number,
  engine: SqlEngine,
): Promise<Completeness> {
  const overlaps = [
    ...(window.toMs === null
      ? []
      : ["(first_event_at IS NULL OR first_event_at < make_timestamptz($to::BIGINT * 1000))"]),
    ...(window.fromMs === null
      ? []
      : ["(last_event_at IS NULL OR last_event_at >= make_timestamptz($from::BIGINT * 1000))"]),
    "true",
  ].join(" AND ");
  const params = {
    ...(window.toMs === null ? {} : { to: BigInt(window.toMs) }),
    ...(window.fromMs === null ? {} : { from: BigInt(window.fromMs) }),
  };
  const [sums] = await engine.all(
    `SELECT count_if(state = 'quarantined') AS quarantined, sum(records_rejected)::DOUBLE AS rejected
     FROM ledger WHERE ${overlaps}`,
    params,
  );
  const newest = await engine.all(
    `SELECT source, epoch_ms(max(last_event_at)) AS at_ms FROM ledger
     WHERE state = 'ingested' AND source IS NOT NULL AND last_event_at < make_timestamptz($limit::BIGINT * 1000)
     GROUP BY source ORDER BY source`,
    { limit: BigInt(nowMs + AHEAD_MS) },
  );
  return {
    window,
    quarantinedObjects: Number(sums?.["quarantined"] ?? 0),
    rejectedRecords: Number(sums?.["rejected"] ?? 0),
    newestEvents: newest.map((row: SqlRow) => ({ source: String(row["source"]), atMs: Number(row["at_ms"]) })),
    snapshots: views.tables.flatMap(({ id, snapshotId, snapshotAtMs }) =>
      snapshotId === null || !tables.includes(id) ? [] : [{ table: id, id: snapshotId, atMs: snapshotAtMs }],
    ),
  };
}

/** One line for the end of an answer. */
export function describeCompleteness(completeness: Completeness, rowCount: number): string {
  const { window, snapshots, newestEvents, quarantinedObjects, rejectedRecords } = completeness;
  const newest = newestEvents.map(({ source, atMs }) => `${source} ${formatInstant(atMs)}`).join(", ");
  const read = snapshots.map(
    ({ table, id, atMs }) => `${table}@${id}${atMs === null ? "" : ` of ${formatInstant(atMs)}`}`,
  );
  const parts = [
    `${rowCount.toLocaleString("en-US")} ${rowCount === 1 ? "row" : "rows"}`,
    describeWindow(window),
    read.length === 0 ? "from no table with rows" : `from ${read.join(", ")}`,
    `${counted(quarantinedObjects, "object")} quarantined and ${counted(rejectedRecords, "record")} rejected in the window`,
    newest === "" ? "no events so far" : `newest event: ${newest}`,
  ];
  return toTerminalText(parts.join("; "));
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
