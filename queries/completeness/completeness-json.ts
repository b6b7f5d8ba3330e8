import { escapeJsonText } from "../output/json-format.ts";
import { formatInstant } from "../time-window.ts";
import type { AccountCompleteness, Completeness, Gaps, SeriesNote, SourceCompleteness } from "./completeness.ts";

/** Counted up when a field changes its meaning; new fields do not count. */
const VERSION = 1;

/**
 * Completeness as JSON text: every account, instants in ISO 8601, spans in seconds. `docs/queries.md` names the fields.
 * `rows` is the number of rows of the answer.
 */
export function completenessJson(completeness: Completeness, rows: number): string {
  const { window, askedAccounts, asOfMs, isEarlierState, untilMs, inventory, tables, sources, unplaced, deleted } =
    completeness;
  const value = {
    version: VERSION,
    rows,
    window: { from: time(window.fromMs), to: time(window.toMs) },
    accounts: askedAccounts,
    as_of: time(asOfMs),
    is_earlier_state: isEarlierState,
    until: time(untilMs),
    inventory:
      inventory?.lists.map(({ kind, origin, takenAtMs }) => ({ kind, origin, taken_at: time(takenAtMs) })) ?? null,
    tables: tables.map(({ table, snapshotId, snapshotAtMs }) => ({
      table,
      // Beyond what some readers of JSON hold as a number.
      snapshot: String(snapshotId),
      committed_at: time(snapshotAtMs),
    })),
    sources: sources.map(sourceValue),
    unplaced: unplaced.map(({ source, account, ...gaps }) => ({ source, account, ...gapsValue(gaps) })),
    deleted: deleted.map(({ table, rows: count, fromMs, toMs }) => ({
      table,
      rows: count,
      from: time(fromMs),
      to: time(toMs),
    })),
  };
  // Anybody chooses an account's name, and `--completeness -` is a terminal.
  return `${escapeJsonText(JSON.stringify(value, null, 1))}\n`;
}

function sourceValue(source: SourceCompleteness) {
  return {
    source: source.source,
    counted_by: source.basis,
    complete_to: time(source.completeToMs),
    lag_seconds: seconds(source.lagMs),
    known_from: time(source.knownFromMs),
    unplaced_objects: source.unplacedObjects,
    unplaced_last_event_at: time(source.unplacedEventAtMs),
    complete_accounts: source.completeAccounts,
    expected_accounts: source.expectedAccounts,
    accounts: source.accounts.map(accountValue),
  };
}

function accountValue(account: AccountCompleteness) {
  return {
    account: account.account,
    name: account.name,
    listing: account.listing,
    state: account.state,
    complete_to: time(account.completeToMs),
    lag_seconds: seconds(account.lagMs),
    first_object_at: time(account.firstObjectAtMs),
    last_object_at: time(account.lastObjectAtMs),
    last_event_at: time(account.lastEventAtMs),
    ...gapsValue(account),
    current_series: account.currentSeries,
    series: account.series.map(noteValue),
  };
}

function noteValue({ region, state, lastObjectAtMs, usualSilenceMs, silence }: SeriesNote) {
  return {
    region,
    state,
    last_object_at: time(lastObjectAtMs),
    usual_silence_seconds: seconds(usualSilenceMs),
    silence: silence === null ? null : { from: time(silence.fromMs), to: time(silence.toMs) },
  };
}

function gapsValue(gaps: Gaps) {
  return {
    objects_quarantined: gaps.objectsQuarantined,
    objects_pending: gaps.objectsPending,
    records_rejected: gaps.recordsRejected,
    late_rows_at_least: gaps.lateRowsAtLeast,
    late_rows_at_most: gaps.lateRowsAtMost,
  };
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : formatInstant(atMs);
}

function seconds(spanMs: number | null): number | null {
  return spanMs === null ? null : Math.round(spanMs / 1000);
}
