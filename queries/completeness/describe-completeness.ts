/** Completeness as a few lines of text for the end of an answer: the worst few by name, the others counted. Pure. */
import { toTerminalText } from "../../core/terminal-text.ts";
import { textWidth } from "../output/text-width.ts";
import { describeSpan, describeWindow, formatInstant } from "../time-window.ts";
import type {
  AccountCompleteness,
  Completeness,
  CompletenessState,
  Gaps,
  SourceCompleteness,
  UnplacedGaps,
} from "./completeness.ts";
import { addGaps } from "./read-gaps.ts";

/** Accounts of one state that are named; JSON has them all. */
const NAMED = 3;
const MAX_NAME = 40;
/** Narrower, nothing could be read. */
const LEAST_WIDTH = 40;

/** The lines, each safe for a terminal, the first without indentation. `columns`: how wide it is; null: no limit. */
export function describeCompleteness(
  completeness: Completeness,
  rowCount: number,
  columns: number | null = null,
): readonly string[] {
  const { window, tables, sources, deleted, isEarlierState, asOfMs } = completeness;
  const read = tables.map(
    ({ table, snapshotId, snapshotAtMs }) =>
      `${table}@${snapshotId}${snapshotAtMs === null ? "" : ` of ${formatInstant(snapshotAtMs)}`}`,
  );
  const lines = [
    [
      `${counted(rowCount, "row")}; ${describeWindow(window)}`,
      ...(isEarlierState ? [`as of ${formatInstant(asOfMs)}`] : []),
      read.length === 0 ? "from no table with rows" : `from ${read.join(", ")}`,
    ].join("; "),
    ...sources.flatMap((source) => describeSource(source, completeness)),
    ...(sources.length === 0 ? [] : [...describeGaps(completeness), basisOf(completeness)]),
    ...deleted.map(
      ({ table, rows, fromMs, toMs }) =>
        `${table}: ${counted(rows, "row")} of ${formatInstant(fromMs)} to ${formatInstant(toMs)} were deleted by age`,
    ),
  ];
  return lines.flatMap((line) => wrap(toTerminalText(line), columns));
}

function describeSource(source: SourceCompleteness, completeness: Completeness): readonly string[] {
  const { completeToMs, lagMs, completeAccounts, expectedAccounts, knownFromMs, accounts } = source;
  const { fromMs } = completeness.window;
  const isLate = knownFromMs !== null && fromMs !== null && knownFromMs > fromMs;
  const parts = [
    completeToMs === null
      ? `complete for none of ${counted(expectedAccounts, "account")}`
      : `complete to ${formatInstant(completeToMs)} for ${completeAccounts} of ${counted(expectedAccounts, "account")}`,
    ...(lagMs === null || lagMs <= 0 ? [] : [`${describeSpan(lagMs)} before ${endOf(completeness)}`]),
    ...(isLate ? [`nothing is known of before ${formatInstant(knownFromMs)}`] : []),
    ...(source.basis === "seen" && completeness.inventory !== null ? ["of accounts ever seen to deliver it"] : []),
  ];
  const isNothing = knownFromMs === null && expectedAccounts === 0;
  const { unplacedObjects, unplacedEventAtMs } = source;
  const unplaced =
    unplacedObjects === 0
      ? []
      : [
          `${counted(unplacedObjects, "object")} tell no account or no time by their keys: who and when is complete cannot be said`,
          `last event ${instant(unplacedEventAtMs)}`,
        ];
  if (isNothing)
    return [`${source.source}: ${unplaced.length === 0 ? "nothing was ever delivered" : unplaced.join("; ")}`];
  const ofState = (state: CompletenessState) =>
    accounts.filter((each) => each.listing !== "inactive" && each.state === state);
  return [
    `${source.source}: ${parts.join("; ")}`,
    ...(unplaced.length === 0 ? [] : [`  ${unplaced.join("; ")}`]),
    ...named("silent", ofState("silent"), silentText),
    ...named("behind", ofState("behind"), behindText),
    ...named("interrupted", ofState("interrupted"), silenceText),
    ...named("later than the window's start", ofState("partial"), (each) => `from ${instant(each.firstObjectAtMs)}`),
    ...named("quiet, which may be right", ofState("quiet"), (each) => `last object ${instant(each.lastObjectAtMs)}`),
    ...named("quiet regions", ofState("complete").filter(hasQuiet), quietRegions),
    ...named(
      "not in the list",
      accounts.filter((each) => each.listing === "unlisted"),
      (each) => each.state,
    ),
    ...named(
      "not expected",
      accounts.filter((each) => each.listing === "inactive"),
      (each) => `last object ${instant(each.lastObjectAtMs)}`,
    ),
  ];
}

/** The end that T is measured against, in words. */
function endOf({ window, untilMs, isEarlierState }: Completeness): string {
  if (window.toMs === untilMs) return "the window's end";
  return isEarlierState ? "that state" : "now";
}

function basisOf({ inventory, asOfMs }: Completeness): string {
  if (inventory === null) return "accounts: those ever seen; no list says which are expected (`logkeep accounts`)";
  const lists = inventory.lists.map(({ kind, origin, takenAtMs }) => {
    const age = asOfMs - takenAtMs;
    const name = kind === "organization" ? `the organization ${origin}` : origin;
    return `${name} of ${formatInstant(takenAtMs)}${age > 60_000 ? ` (${describeSpan(age)} before)` : ""}`;
  });
  return `accounts: by the list of ${lists.join(", and ")}`;
}

function describeGaps({ sources, unplaced }: Completeness): readonly string[] {
  const placed: readonly UnplacedGaps[] = sources.flatMap(({ source, accounts }) =>
    accounts.map((each) => ({ ...each, source, account: each.account })),
  );
  const all = [...placed, ...unplaced];
  const sum = all.reduce<Gaps | null>((total, each) => (total === null ? each : addGaps(total, each)), null);
  const count = (pick: (gaps: Gaps) => number, noun: string, rest: string) => {
    const total = sum === null ? 0 : pick(sum);
    return `${counted(total, noun)} ${rest}${total === 0 ? "" : ` (${shares(all, pick)})`}`;
  };
  const pending = sum?.objectsPending ?? 0;
  const late = sum?.lateRowsAtMost ?? 0;
  const least = sum?.lateRowsAtLeast ?? 0;
  const lateRows =
    least === late ? counted(late, "row") : `${least.toLocaleString("en-US")} to ${counted(late, "row")}`;
  return [
    [
      `in the window: ${count((gaps) => gaps.objectsQuarantined, "object", "quarantined")}`,
      ...(pending === 0 ? [] : [count((gaps) => gaps.objectsPending, "object", "not read yet")]),
      count((gaps) => gaps.recordsRejected, "record", "rejected"),
      ...(late === 0 ? [] : [`${lateRows} came late (${shares(all, (gaps) => gaps.lateRowsAtMost)})`]),
    ].join(", "),
  ];
}

/** Who has the most of something. */
function shares(all: readonly UnplacedGaps[], pick: (gaps: Gaps) => number): string {
  const byAccount = new Map<string, number>();
  for (const each of all) {
    const count = pick(each);
    if (count > 0)
      byAccount.set(
        each.account ?? "of no known account",
        (byAccount.get(each.account ?? "of no known account") ?? 0) + count,
      );
  }
  const sorted = [...byAccount].sort(([left, most], [right, count]) => count - most || (left < right ? -1 : 1));
  const shown = sorted.slice(0, NAMED).map(([account, count]) => `${account}: ${count.toLocaleString("en-US")}`);
  return [...shown, ...(sorted.length > NAMED ? [counted(sorted.length - NAMED, "more account")] : [])].join(", ");
}

function named(
  what: string,
  accounts: readonly AccountCompleteness[],
  describe: (account: AccountCompleteness) => string,
): readonly string[] {
  if (accounts.length === 0) return [];
  const shown = accounts.slice(0, NAMED).map((each) => `${each.account}${nameOf(each)} ${describe(each)}`);
  const rest = accounts.length > NAMED ? [`and ${(accounts.length - NAMED).toLocaleString("en-US")} more`] : [];
  return [`  ${what} (${accounts.length.toLocaleString("en-US")}): ${[...shown, ...rest].join("; ")}`];
}

/** Anybody chooses an account's name. */
function nameOf({ name }: AccountCompleteness): string {
  return name === null ? "" : ` "${toTerminalText(name, MAX_NAME).replaceAll('"', '\\"')}"`;
}

function behindText({
  completeToMs,
  lagMs,
  lastObjectAtMs,
  lastEventAtMs,
  series,
  currentSeries,
}: AccountCompleteness): string {
  const faulty = series
    .filter(({ state }) => state === "behind" || state === "silent")
    .map(({ region }) => region ?? "no region");
  return [
    completeToMs === null ? "of no known time" : `since ${formatInstant(completeToMs)}`,
    ...(lagMs === null || lagMs === 0 ? [] : [`(${describeSpan(lagMs)})`]),
    ...(currentSeries > 0 && faulty.length > 0
      ? [`in ${faulty.slice(0, NAMED).join(", ")}${faulty.length > NAMED ? " and others" : ""}`]
      : []),
    `last object ${instant(lastObjectAtMs)}, last event ${instant(lastEventAtMs)}`,
  ].join(" ");
}

function silentText({ objectsQuarantined, objectsPending }: AccountCompleteness): string {
  return objectsQuarantined + objectsPending > 0 ? "nothing was read" : "never seen";
}

function silenceText({ series }: AccountCompleteness): string {
  const longest = series
    .flatMap(({ region, silence }) => (silence === null ? [] : [{ region, silence }]))
    .sort((left, right) => right.silence.toMs - right.silence.fromMs - (left.silence.toMs - left.silence.fromMs))[0];
  if (longest === undefined) return "";
  const { region, silence } = longest;
  return `in ${region ?? "no region"} from ${formatInstant(silence.fromMs)} to ${formatInstant(silence.toMs)}`;
}

function hasQuiet({ series }: AccountCompleteness): boolean {
  return series.some(({ state }) => state === "quiet");
}

function quietRegions({ series }: AccountCompleteness): string {
  const quiet = series.filter(({ state }) => state === "quiet").map(({ region }) => region ?? "no region");
  return `${quiet.slice(0, NAMED).join(" ")}${quiet.length > NAMED ? ` and ${quiet.length - NAMED} more` : ""}`;
}

function instant(atMs: number | null): string {
  return atMs === null ? "none" : formatInstant(atMs);
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Breaks a line at blanks, and where there is none; what follows is indented below it. */
function wrap(line: string, columns: number | null): readonly string[] {
  if (columns === null || textWidth(line) <= columns) return [line];
  const width = Math.max(LEAST_WIDTH, columns);
  const indent = `${/^ */.exec(line)?.[0] ?? ""}    `;
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) /)) {
    const next = current === "" ? word : `${current} ${word}`;
    if (current.trim() !== "" && textWidth(next) > width) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = next;
  }
  return [...lines, current];
}
