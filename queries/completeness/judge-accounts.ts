/**
 * Facts of the series of one source, and what is expected, in; T, N, M and every account's state out. Pure: the rules
 * of docs/adr/022-completeness.md.
 */
import { type Inventory, isExpected, type ListedAccount } from "../../core/account-inventory.ts";
import type { ListedObjects } from "../../core/listed-objects.ts";
import type { Source } from "../../core/source.ts";
import { judgeSeries, type SeriesVerdict } from "../series/judge-series.ts";
import type { SeriesFacts, UnplacedObjects } from "../series/series.ts";
import {
  type AccountCompleteness,
  COMPLETENESS_STATES,
  type CompletenessState,
  type Gaps,
  type Listing,
  NO_GAPS,
  type SeriesNote,
  type SourceCompleteness,
} from "./completeness.ts";

/** What one source is judged by. */
export interface SourceFacts {
  readonly source: Pick<Source, "id" | "delivery">;
  /** Of all accounts, also where the question is about some: what is behind shows beside the others. */
  readonly series: readonly SeriesFacts[];
  readonly unplaced: readonly UnplacedObjects[];
  readonly pending: readonly ListedObjects[];
  /** By account. */
  readonly gaps: ReadonlyMap<string, Gaps>;
}

/** What is asked of it. */
export interface AccountsQuestion {
  readonly inventory: Inventory | null;
  readonly askedAccounts: readonly string[] | null;
  readonly fromMs: number | null;
  readonly untilMs: number;
  readonly behindMs: number | null;
}

/** Judges the accounts of a source. */
export function judgeAccounts(facts: SourceFacts, question: AccountsQuestion): SourceCompleteness {
  const { source, series } = facts;
  const { untilMs, inventory } = question;
  const unplaced = facts.unplaced.find((each) => each.source === source.id);
  const bySeries = Map.groupBy(series, (each) => each.account);
  const candidates = candidateAccounts(facts, bySeries, question);
  // A lake that nothing came into for a while is not behind account by account: all of it ends earlier, which T says.
  const newestMs = series.reduce(
    (most, { lastObjectAtMs }) => Math.max(most, lastObjectAtMs),
    Number.NEGATIVE_INFINITY,
  );
  const knownFromMs = firstOf(series);
  const measure = { ...question, untilMs: Math.min(untilMs, newestMs), knownFromMs };
  const accounts = candidates.map((candidate) =>
    judgeAccount(candidate, bySeries.get(candidate.account) ?? [], facts, measure, untilMs),
  );
  const expected = accounts.filter(({ listing }) => listing === "expected");
  const complete = expected.filter(({ state }) => state === "complete");
  const completeToMs = complete.reduce<number | null>((least, each) => leastOf(least, each.completeToMs), null);
  return {
    source: source.id,
    basis: inventory !== null && isListedSource(source, inventory) ? "listed" : "seen",
    completeToMs,
    lagMs: completeToMs === null ? null : untilMs - completeToMs,
    knownFromMs,
    unplacedObjects: unplaced?.objects ?? 0,
    unplacedEventAtMs: unplaced?.lastEventAtMs ?? null,
    completeAccounts: complete.length,
    expectedAccounts: expected.length,
    accounts: accounts.toSorted(byWorst),
  };
}

interface Candidate {
  readonly account: string;
  readonly listed: ListedAccount | null;
  readonly listing: Listing;
  /** Regions that a list expects; empty: none is named. */
  readonly regions: readonly string[];
}

/** Who is expected to deliver the source, who was seen to, and who was asked about. */
function candidateAccounts(
  { source, series, gaps }: SourceFacts,
  bySeries: ReadonlyMap<string, readonly SeriesFacts[]>,
  { inventory, askedAccounts, untilMs }: AccountsQuestion,
): readonly Candidate[] {
  const listed = new Map(inventory?.accounts.map((account) => [account.id, account]));
  const ids = new Set([
    ...series.map(({ account }) => account),
    ...gaps.keys(),
    ...(askedAccounts ?? []),
    ...listed.keys(),
  ]);
  const candidates: Candidate[] = [];
  for (const account of ids) {
    if (askedAccounts !== null && !askedAccounts.includes(account)) continue;
    const entry = listed.get(account) ?? null;
    const isSeen = bySeries.has(account) || gaps.has(account);
    const expects = entry?.expects?.filter((each) => each.source === source.id) ?? [];
    const isNamed =
      entry === null ? false : entry.expects === null ? source.delivery.isFromEveryAccount : expects.length > 0;
    const isAsked = askedAccounts !== null;
    // Somebody else's account is in the list, and has nothing to do with this source.
    if (!isSeen && !isAsked && !(isNamed && entry !== null && isExpected(entry, untilMs))) continue;
    candidates.push({
      account,
      listed: entry,
      listing:
        inventory === null
          ? "expected"
          : entry === null
            ? "unlisted"
            : isExpected(entry, untilMs)
              ? "expected"
              : "inactive",
      regions: [...new Set(expects.flatMap(({ regions }) => regions ?? []))],
    });
  }
  return candidates;
}

function isListedSource({ id, delivery }: SourceFacts["source"], inventory: Inventory): boolean {
  return (
    delivery.isFromEveryAccount || inventory.accounts.some(({ expects }) => expects?.some((each) => each.source === id))
  );
}

function judgeAccount(
  { account, listed, listing, regions }: Candidate,
  series: readonly SeriesFacts[],
  facts: SourceFacts,
  question: AccountsQuestion & { readonly knownFromMs: number | null },
  untilMs: number,
): AccountCompleteness {
  const joinedAtMs = listed?.joinedAtMs ?? Number.NEGATIVE_INFINITY;
  const fromMs = question.fromMs === null ? null : Math.max(question.fromMs, question.knownFromMs ?? 0, joinedAtMs);
  const verdicts = series.map((each) => ({
    facts: each,
    verdict: judgeSeries(each, facts.source.delivery, {
      fromMs,
      untilMs: question.untilMs,
      behindMs: question.behindMs,
      isListed: each.region !== null && regions.includes(each.region),
      pendingSinceMs: pendingSince(each, facts.pending),
    }),
  }));
  const seenRegions = new Set(series.map(({ region }) => region));
  const missing = regions.filter((region) => !seenRegions.has(region));
  const waiting = waitingRegions(account, new Set([...seenRegions, ...missing]), facts, question.untilMs);
  const stuck = series.length === 0 ? [] : waiting.filter(({ isLong }) => isLong);
  const states = [
    ...verdicts.map(({ verdict }) => verdict.state),
    ...missing.map(() => "silent" as const),
    ...stuck.map(() => "behind" as const),
  ];
  const live = verdicts.filter(({ verdict }) => verdict.state !== "ended" && verdict.state !== "quiet");
  const counted = live.length > 0 ? live : verdicts;
  const firstObjectAtMs = firstOf(series);
  const startsLate =
    fromMs !== null && firstObjectAtMs !== null && firstObjectAtMs > fromMs + facts.source.delivery.cadenceMs;
  // Its first delivery came after the end: of the window nothing is known, whatever came since.
  const isAfter = firstObjectAtMs !== null && firstObjectAtMs >= untilMs;
  const ends = [...counted.map(({ verdict }) => verdict.completeToMs), ...waiting.map((each) => each.completeToMs)];
  const isUnknown = isAfter || counted.length === 0 || missing.length > 0 || ends.includes(null);
  const completeToMs = isUnknown ? null : ends.reduce<number | null>((least, each) => leastOf(least, each), null);
  return {
    account,
    name: listed?.name ?? null,
    listing,
    state: worstState(states, startsLate || isAfter),
    completeToMs,
    lagMs: completeToMs === null ? null : Math.max(0, untilMs - completeToMs),
    firstObjectAtMs,
    lastObjectAtMs: series.reduce<number | null>((most, each) => mostOf(most, each.lastObjectAtMs), null),
    lastEventAtMs: series.reduce<number | null>((most, each) => mostOf(most, each.lastEventAtMs), null),
    currentSeries: states.filter((state) => state === "current").length,
    series: [
      ...missing.map((region) => noteOf(region, "silent", null, null)),
      ...stuck.map(({ region }) => noteOf(region, "behind", null, null)),
      ...verdicts.flatMap(({ facts: each, verdict }) =>
        verdict.state === "current" ? [] : [noteOf(each.region, verdict.state, each, verdict)],
      ),
    ],
    ...(facts.gaps.get(account) ?? NO_GAPS),
  };
}

function worstState(states: readonly string[], startsLate: boolean): CompletenessState {
  if (states.length === 0 || states.every((state) => state === "silent")) return "silent";
  if (states.includes("behind") || states.includes("silent") || states.every((state) => state === "ended"))
    return "behind";
  if (states.includes("interrupted")) return "interrupted";
  if (startsLate) return "partial";
  return states.includes("current") ? "complete" : "quiet";
}

function noteOf(
  region: string | null,
  state: SeriesNote["state"],
  facts: SeriesFacts | null,
  verdict: SeriesVerdict | null,
): SeriesNote {
  return {
    region,
    state,
    lastObjectAtMs: facts?.lastObjectAtMs ?? null,
    usualSilenceMs: verdict?.rhythm.usualSilenceMs ?? null,
    silence: verdict?.silence ?? null,
  };
}

/** The first delivery that waits to be read; of objects whose keys tell no time, any. */
function pendingSince(series: SeriesFacts, pending: readonly ListedObjects[]): number | null {
  const waiting = pending.filter(
    ({ source, account, region }) =>
      source === series.source && account === series.account && (region === null || region === series.region),
  );
  return waiting.reduce<number | null>(
    (least, { firstAtMs }) => leastOf(least, firstAtMs ?? Number.NEGATIVE_INFINITY),
    null,
  );
}

interface WaitingRegion {
  readonly region: string | null;
  /** Null: the objects' keys tell no time. */
  readonly completeToMs: number | null;
  /** Whether they wait for longer than a source is silent. */
  readonly isLong: boolean;
}

/** Regions of which objects wait and nothing was read yet, so that no series tells of them. */
function waitingRegions(
  account: string,
  known: ReadonlySet<string | null>,
  { source, pending }: SourceFacts,
  untilMs: number,
): readonly WaitingRegion[] {
  const { delayMs, cadenceMs } = source.delivery;
  return pending
    .filter((each) => each.source === source.id && each.account === account)
    .filter(({ region }) => region !== null && !known.has(region))
    .map(({ region, firstAtMs }) => ({
      region,
      completeToMs: firstAtMs === null ? null : Math.min(untilMs, firstAtMs - delayMs),
      isLong: firstAtMs === null || untilMs - firstAtMs > cadenceMs,
    }));
}

const LISTINGS: readonly Listing[] = ["expected", "unlisted", "inactive"];

function byWorst(left: AccountCompleteness, right: AccountCompleteness): number {
  return (
    LISTINGS.indexOf(left.listing) - LISTINGS.indexOf(right.listing) ||
    COMPLETENESS_STATES.indexOf(left.state) - COMPLETENESS_STATES.indexOf(right.state) ||
    (right.lagMs ?? 0) - (left.lagMs ?? 0) ||
    (left.account < right.account ? -1 : 1)
  );
}

function firstOf(series: readonly SeriesFacts[]): number | null {
  return series.reduce<number | null>((least, each) => leastOf(least, each.firstObjectAtMs), null);
}

function leastOf(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.min(left, right);
}

function mostOf(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.max(left, right);
}
