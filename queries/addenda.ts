/**
 * CloudTrail re-delivers an event as an addendum when it knows more about it; the addendum names the event that it
 * replaces (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
 * `addendum`). Rows never change, so replacing is what a view does.
 */
import type { LakeStore } from "../core/lake-store.ts";
import type { LiveFile } from "../lake/model.ts";
import { planScan, type ScanFilter } from "../lake/plan-scan.ts";
import type { TableState } from "./lake-state.ts";
import type { TimeWindow } from "./time-window.ts";

/** An addendum is looked for up to this long after the window: its own time may be later than the event's. */
export const ADDENDA_REACH_MS = 31 * 86_400_000;

/** The files that may hold addenda to events of a window: those with any value in `metadata.original_event_uid`. */
export async function planAddenda(
  { table, snapshot }: Pick<TableState, "table" | "snapshot">,
  wanted: { readonly window: TimeWindow; readonly accounts: readonly string[] | null },
  store: LakeStore,
): Promise<readonly LiveFile[]> {
  const plan = await planScan(table, snapshot, addendaFilter(wanted), store);
  return plan.files;
}

/** Which files may hold addenda to events of a window: an addendum comes from the account that the event went to. */
export function addendaFilter({
  window,
  accounts,
}: {
  readonly window: TimeWindow;
  readonly accounts: readonly string[] | null;
}): ScanFilter {
  return {
    notNull: ["metadata.original_event_uid"],
    ...(accounts === null ? {} : { accounts }),
    ...(window.fromMs === null ? {} : { fromMs: window.fromMs }),
    ...(window.toMs === null ? {} : { toMs: window.toMs + ADDENDA_REACH_MS }),
  };
}

/** The days that hold addenda, in as few ranges as an engine's text should have. */
export interface AddendaDays {
  /** Half-open, milliseconds since 1970, in order. */
  readonly ranges: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Whether addenda may be among the rows without a time. */
  readonly hasTimeless: boolean;
}

const DAY_MS = 86_400_000;
// Each takes a hundred characters of a text that must not have more than 262,144.
const MAX_RANGES = 50;

/** The days of files that hold addenda. An engine that prunes by time alone reads no other day for them. Pure. */
export function addendaDays(files: readonly LiveFile[]): AddendaDays {
  const days = new Set(files.map(({ partition }) => partition.day));
  const ranges: { fromMs: number; toMs: number }[] = [];
  for (const day of [...days].filter((each) => each !== null).sort((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last?.toMs === day * DAY_MS) last.toMs += DAY_MS;
    else ranges.push({ fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS });
  }
  const [first, last] = [ranges[0], ranges.at(-1)];
  const isLong = ranges.length > MAX_RANGES && first !== undefined && last !== undefined;
  return {
    ranges: isLong ? [{ fromMs: first.fromMs, toMs: last.toMs }] : ranges,
    hasTimeless: days.has(null),
  };
}

/** Whether a day (counted from 1970-01-01) is among them. */
export function holdsDay({ ranges, hasTimeless }: AddendaDays, day: number | null): boolean {
  if (day === null) return hasTimeless;
  return ranges.some(({ fromMs, toMs }) => fromMs <= day * DAY_MS && day * DAY_MS < toMs);
}

/**
 * The rows of `all` (a view) that no addendum replaces. Only `UPDATED_DATA` replaces; a late delivery is the event
 * itself. The addendum must come from the account that the event went to: a record of one account must not hide
 * another's. An addendum that names itself, by mistake or malice, stays.
 */
export function supersedingView(all: string, addendaRelation: string, addenda: readonly LiveFile[]): string {
  if (addenda.length === 0) return `SELECT * FROM ${all}`;
  // Equalities alone, so that it is one hash join: a correlated NOT EXISTS made DuckDB number every row of the table.
  return `SELECT event.* FROM ${all} AS event ANTI JOIN (
    SELECT DISTINCT metadata.original_event_uid AS uid, accountid FROM ${addendaRelation}
    WHERE metadata.original_event_uid IS NOT NULL AND metadata.original_event_uid <> metadata.uid
      AND json_extract_string(aws.addendum, '$.reason') = 'UPDATED_DATA'
  ) AS addendum ON addendum.uid = event.metadata.uid AND addendum.accountid = event.accountid`;
}
