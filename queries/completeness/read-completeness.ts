/**
 * A state of the lake and a question in; how complete its answer can be out. Only the ledger is read, as of that state,
 * and of all tables what their metadata say.
 */
import type { Inventory } from "../../core/account-inventory.ts";
import type { LakeStore } from "../../core/lake-store.ts";
import { LEDGER_TABLE } from "../../core/ledger.ts";
import type { ListedObjects } from "../../core/listed-objects.ts";
import type { Source } from "../../core/source.ts";
import { type SqlEngine, sqlString } from "../../core/sql-engine.ts";
import type { Lake } from "../../lake/catalog.ts";
import { deletionsOf } from "../../lake/deletions.ts";
import { readRuns } from "../../lake/ingest-runs.ts";
import { planScan } from "../../lake/plan-scan.ts";
import { scanRelation } from "../../lake/scan-relation.ts";
import { type LakeState, tableState } from "../lake-state.ts";
import { delayOf } from "../series/judge-series.ts";
import { type LedgerRelations, ledgerTimes, readSeries } from "../series/read-series.ts";
import type { SeriesFacts } from "../series/series.ts";
import type { TimeWindow } from "../time-window.ts";
import { type Completeness, NO_GAPS, type UnplacedGaps } from "./completeness.ts";
import { judgeAccounts } from "./judge-accounts.ts";
import { addGaps, type GapScope, readGaps } from "./read-gaps.ts";

/** What is known beside the lake. */
export interface Expectations {
  /** Null: no list says which accounts are expected. */
  readonly inventory: Inventory | null;
  /** What waits to be read besides what the lake itself knows of. */
  readonly pending: readonly ListedObjects[];
  /** A regular series is behind after so long; null: after its source's cadence. */
  readonly behindMs: number | null;
}

/** What a question reads. */
export interface CompletenessQuestion {
  readonly sources: readonly Source[];
  readonly window: TimeWindow;
  /** Null: all accounts. */
  readonly accounts: readonly string[] | null;
  readonly isEarlierState: boolean;
  /** Ids of the tables. */
  readonly tables: readonly string[];
  readonly expectations: Expectations;
}

const DAY_MS = 86_400_000;
/** Clocks of machines differ by so much. */
const SKEW_MS = 900_000;

/** Tables that are made of all sources' records. */
const DERIVED = ["findings", "alerts"];

/** Reads it. `engine` may open the ledger's files. */
export async function readCompleteness(
  question: CompletenessQuestion,
  state: LakeState,
  { store }: Pick<Lake, "store">,
  engine: SqlEngine,
): Promise<Completeness> {
  const { window, tables, accounts, expectations } = question;
  const isDerived = DERIVED.some((id) => tables.includes(id));
  const sources = question.sources.filter(({ table }) => isDerived || tables.includes(table.id));
  const untilMs = Math.min(window.toMs ?? state.atMs, state.atMs);
  const whole = sources.length === 0 ? null : await openLedger(state, null, store);
  const { series, unplaced } =
    whole === null
      ? { series: [], unplaced: [] }
      : await readSeries(whole, { sources, fromMs: window.fromMs, untilMs }, engine);
  const scope = { sources, accounts, window, slowSeries: slowSeries(series, sources) };
  const pending = [...expectations.pending, ...(sources.length === 0 ? [] : await readPending(state, store, engine))];
  // Nothing happened after its object was decided on, so that the window needs no older decisions.
  const recent = window.fromMs === null || whole === null ? whole : await openLedger(state, window.fromMs, store);
  const gaps = withPending(recent === null ? [] : await readGaps(recent, scope, engine), pending, scope);
  const { inventory, behindMs } = expectations;
  return {
    window,
    askedAccounts: accounts,
    asOfMs: state.atMs,
    isEarlierState: question.isEarlierState,
    untilMs,
    inventory: inventory === null ? null : { lists: inventory.lists },
    tables: readTables(state, tables),
    sources: sources.map((source) =>
      judgeAccounts(
        {
          source,
          series: series.filter((each) => each.source === source.id),
          unplaced,
          pending,
          gaps: new Map(
            gaps.flatMap((each) => (each.source === source.id && each.account !== null ? [[each.account, each]] : [])),
          ),
        },
        { inventory, askedAccounts: accounts, fromMs: window.fromMs, untilMs, behindMs },
      ),
    ),
    unplaced: gaps.filter(({ source, account }) => source === null || account === null),
    deleted: readDeleted(state, tables, window),
  };
}

function slowSeries(series: readonly SeriesFacts[], sources: readonly Source[]): GapScope["slowSeries"] {
  return series.flatMap((each) => {
    const pattern = sources.find(({ id }) => id === each.source)?.delivery;
    if (pattern === undefined) return [];
    const { source, account, region } = each;
    const delayMs = delayOf(each, pattern);
    return delayMs > pattern.delayMs ? [{ source, account, region, delayMs }] : [];
  });
}

/** What was decided from an instant on, or ever. Null: nothing. */
async function openLedger(state: LakeState, sinceMs: number | null, store: LakeStore): Promise<LedgerRelations | null> {
  const { table, snapshot } = tableState(state, LEDGER_TABLE.id);
  const filter = sinceMs === null ? {} : { fromMs: sinceMs - SKEW_MS };
  const { files } = await planScan(table, snapshot, filter, store);
  if (files.length === 0) return null;
  const schemaId = table.metadata["current-schema-id"];
  const groups = [true, false].map((isCurrent) =>
    files.filter((file) => (file.completeSchemaId === schemaId) === isCurrent),
  );
  const [current = null, older = null] = await Promise.all(
    groups.map((some) => (some.length === 0 ? null : scanRelation(table, some, store))),
  );
  return { current, older };
}

/**
 * What runs that have not ended have before them still: what they listed, less what was decided in their place since. By
 * number, series by series, in which each object is decided once.
 */
async function readPending(state: LakeState, store: LakeStore, engine: SqlEngine): Promise<readonly ListedObjects[]> {
  const pending: ListedObjects[] = [];
  for (const { startedAtMs, place, listed } of await readRuns(store)) {
    // A state of before the run knows nothing of it.
    if (startedAtMs > state.atMs) continue;
    const ledger = await openLedger(state, startedAtMs, store);
    const since = BigInt(Math.floor(startedAtMs)) * 1000n;
    // Other runs may have read other objects of the same series since. Names are read only while a run has not ended.
    const isOfRun = `starts_with("object", ${sqlString(place)})`;
    const where = `state <> 'skipped' AND decided_at >= make_timestamptz(${since}) AND ${isOfRun}`;
    const rows =
      ledger === null
        ? []
        : await engine.all(`SELECT source, accountid, region, count(*)::DOUBLE AS objects
            FROM (${ledgerTimes(ledger, where)}) GROUP BY ALL`);
    const decided = new Map(
      rows.map((row) => [seriesKey(row["source"], row["accountid"], row["region"]), Number(row["objects"])]),
    );
    for (const each of listed) {
      const objects = each.objects - (decided.get(seriesKey(each.source, each.account, each.region)) ?? 0);
      if (objects > 0) pending.push({ ...each, objects });
    }
  }
  return pending;
}

function seriesKey(...names: readonly unknown[]): string {
  return JSON.stringify(names);
}

/** The gaps with the objects that wait, as far as they may be of the window: as those that could not be read. */
function withPending(
  gaps: readonly UnplacedGaps[],
  pending: readonly ListedObjects[],
  { sources, accounts, window }: GapScope,
): readonly UnplacedGaps[] {
  const all = new Map(gaps.map((each) => [JSON.stringify([each.source, each.account]), each]));
  for (const { source, account, objects, firstAtMs, lastAtMs } of pending) {
    const delivery = sources.find(({ id }) => id === source)?.delivery;
    if (source !== null && delivery === undefined) continue;
    if (account !== null && accounts !== null && !accounts.includes(account)) continue;
    const reachMs = delivery?.reachMs ?? null;
    if (window.fromMs !== null && lastAtMs !== null && lastAtMs < window.fromMs) continue;
    if (window.toMs !== null && firstAtMs !== null && reachMs !== null && firstAtMs - reachMs >= window.toMs) continue;
    const key = JSON.stringify([source, account]);
    const before = all.get(key) ?? { ...NO_GAPS, source, account };
    all.set(key, { ...before, ...addGaps(before, { ...NO_GAPS, objectsPending: objects }) });
  }
  return [...all.values()];
}

/** What left the tables by age before this state, of days that touch the window. */
function readDeleted(state: LakeState, ids: readonly string[], { fromMs, toMs }: TimeWindow): Completeness["deleted"] {
  return state.tables.flatMap(({ table, snapshot }) => {
    if (snapshot === null || !ids.includes(table.id)) return [];
    const touching = deletionsOf(table.metadata).filter(
      ({ sequence, firstDay, lastDay }) =>
        sequence <= snapshot["sequence-number"] &&
        (toMs === null || firstDay * DAY_MS < toMs) &&
        (fromMs === null || (lastDay + 1) * DAY_MS > fromMs),
    );
    if (touching.length === 0) return [];
    return [
      {
        table: table.id,
        rows: touching.reduce((sum, { rows }) => sum + rows, 0),
        fromMs: DAY_MS * touching.reduce((least, { firstDay }) => Math.min(least, firstDay), Number.POSITIVE_INFINITY),
        toMs: DAY_MS * touching.reduce((most, { lastDay }) => Math.max(most, lastDay + 1), Number.NEGATIVE_INFINITY),
      },
    ];
  });
}

function readTables(state: LakeState, ids: readonly string[]): Completeness["tables"] {
  return state.tables.flatMap(({ table, snapshot }) =>
    snapshot === null || !ids.includes(table.id)
      ? []
      : [{ table: table.id, snapshotId: snapshot["snapshot-id"], snapshotAtMs: snapshot["timestamp-ms"] }],
  );
}
