/**
 * What an answer does not know, as a value: shown below it as text, written beside it as JSON, and for any other way to
 * answer. Every word is defined in docs/adr/022-completeness.md. Instants are milliseconds since 1970.
 */
import type { Inventory } from "../../core/account-inventory.ts";
import type { SeriesState } from "../series/judge-series.ts";
import type { Span } from "../series/series.ts";
import type { TimeWindow } from "../time-window.ts";

/**
 * What is known of an account's deliveries of one source. `complete`: it counts among the N of "complete to T for N of M".
 * `partial`: its first delivery came after the window began. `silent`: expected, and nothing was ever seen. The others
 * are those of its series, the worst one first.
 */
export const COMPLETENESS_STATES = ["silent", "behind", "interrupted", "partial", "quiet", "complete"] as const;

/** One of them. */
export type CompletenessState = (typeof COMPLETENESS_STATES)[number];

/** `expected`: it counts among the M. `unlisted`: it delivers, and no list has it. `inactive`: listed as closed or the like. */
export type Listing = "expected" | "unlisted" | "inactive";

/** What is not in the rows, or came late, of what may be of the window. */
export interface Gaps {
  /** Objects that could not be read. */
  readonly objectsQuarantined: number;
  /** Objects that a run listed and has not decided on. */
  readonly objectsPending: number;
  readonly recordsRejected: number;
  /**
   * Rows delivered later than their source delivers as a rule: an answer given in between lacked them. Objects are told
   * by their first and last event, so there are two bounds.
   */
  readonly lateRowsAtLeast: number;
  readonly lateRowsAtMost: number;
}

/** No gap at all. */
export const NO_GAPS: Gaps = {
  objectsQuarantined: 0,
  objectsPending: 0,
  recordsRejected: 0,
  lateRowsAtLeast: 0,
  lateRowsAtMost: 0,
};

/** A series that does not deliver as it should. */
export interface SeriesNote {
  readonly region: string | null;
  readonly state: Exclude<SeriesState, "current">;
  /** Null: never. */
  readonly lastObjectAtMs: number | null;
  readonly usualSilenceMs: number | null;
  /** Of an interrupted series. */
  readonly silence: Span | null;
}

/** One account and source. */
export interface AccountCompleteness extends Gaps {
  readonly account: string;
  /** As a list has it: anybody's text. */
  readonly name: string | null;
  readonly listing: Listing;
  readonly state: CompletenessState;
  /** Events before it are here, of all its series that deliver; null: nothing can be said. */
  readonly completeToMs: number | null;
  /** From there to the end that was asked for. */
  readonly lagMs: number | null;
  readonly firstObjectAtMs: number | null;
  readonly lastObjectAtMs: number | null;
  readonly lastEventAtMs: number | null;
  /** How many series of the account deliver as they should. */
  readonly currentSeries: number;
  /** The others. */
  readonly series: readonly SeriesNote[];
}

/** Of one source that the question reads. */
export interface SourceCompleteness {
  readonly source: string;
  /** What M counts: accounts of a list, or those that were ever seen to deliver it. */
  readonly basis: "listed" | "seen";
  /** T; null where no account is complete to any time. */
  readonly completeToMs: number | null;
  /** From T to the end that was asked for. */
  readonly lagMs: number | null;
  /** The first delivery of all: of before it, nothing is known. Null: there is none. */
  readonly knownFromMs: number | null;
  /** Objects that were read, and whose keys tell no account or no time: they count for no account. */
  readonly unplacedObjects: number;
  /** Their newest event. */
  readonly unplacedEventAtMs: number | null;
  /** N. */
  readonly completeAccounts: number;
  /** M. */
  readonly expectedAccounts: number;
  /** The worst first, then by id. */
  readonly accounts: readonly AccountCompleteness[];
}

/** Gaps of objects whose source or account is not known: they may be of any. */
export interface UnplacedGaps extends Gaps {
  readonly source: string | null;
  readonly account: string | null;
}

/** Rows of whole days that retention took out of a table. */
export interface DeletedDays {
  readonly table: string;
  /** Rows of all these days; those of the window are among them. */
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The state of a table that the answer was read from. */
export interface TableRead {
  readonly table: string;
  readonly snapshotId: number;
  readonly snapshotAtMs: number | null;
}

/** How complete an answer can be at best. */
export interface Completeness {
  readonly window: TimeWindow;
  /** Null: all accounts. */
  readonly askedAccounts: readonly string[] | null;
  /** The state of the lake that answers: now, or an earlier one. */
  readonly asOfMs: number;
  readonly isEarlierState: boolean;
  /** The end of the window, or the state's instant if that comes first. */
  readonly untilMs: number;
  /** Null: no list says which accounts are expected. */
  readonly inventory: Pick<Inventory, "lists"> | null;
  /** Tables with rows that the question reads. */
  readonly tables: readonly TableRead[];
  readonly sources: readonly SourceCompleteness[];
  readonly unplaced: readonly UnplacedGaps[];
  readonly deleted: readonly DeletedDays[];
}
