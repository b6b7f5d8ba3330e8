import type { TableDefinition } from "./table.ts";

/** What an object's key says about it. */
export type RouteOutcome =
  | { readonly kind: "records"; readonly variant: string }
  /** Known, and deliberately not read: probe files, folder markers, digests. The rule's name goes into the ledger. */
  | { readonly kind: "skip"; readonly rule: string };

/** One key layout. The pattern is tried on the whole key; named groups `account` and `region` are kept where it has them. */
export interface KeyRoute {
  readonly pattern: RegExp;
  readonly outcome: RouteOutcome;
}

/** How the records stand in the inflated bytes, found from the first bytes alone (at most 64 KiB). */
export type Framing =
  /** A JSON array that starts with its `[` at `start`; `envelope` holds the document's scalars before it, as written. */
  | { readonly kind: "json-array"; readonly start: number; readonly envelope: Readonly<Record<string, string>> }
  /** One JSON object that is itself the only record; `path` leads to the record inside it. */
  | { readonly kind: "json-object"; readonly path: readonly string[] }
  /**
   * JSON objects, one a line. `path` leads to the record inside each (empty: the object is the record), where it may also
   * stand as a JSON string that holds the record's text.
   */
  | { readonly kind: "json-lines"; readonly path: readonly string[] }
  /** CSV after a header line; the field at `column` (from 0) holds the record's JSON text. Rows start at `start`. */
  | { readonly kind: "csv"; readonly start: number; readonly column: number }
  /** Blank-separated text; `columns` are the raw field names in order, the first record starts at `start`. */
  | { readonly kind: "delimited"; readonly start: number; readonly columns: readonly string[] }
  | { readonly kind: "parquet" };

/**
 * What a raw value is expected to be. `text` is a JSON string, `bool` and `number` JSON literals, `bool-text` one of the
 * strings "true" and "false", `instant` an ISO 8601 string in whole seconds or milliseconds (`2026-01-05T00:00:00Z`),
 * `json` a value of any shape that stays JSON text.
 */
export type RawKind = "text" | "bool" | "number" | "bool-text" | "instant" | "json";

/**
 * A raw record's known shape: nested shapes are objects whose keys are known. Keys that are not listed, explicit nulls
 * and values of another kind are never lost: the reader keeps them in `unmapped`.
 */
export type RawShape = { readonly [key: string]: RawKind | RawShape };

/** How the objects of a source come: what an answer may conclude from those that came, and from those that did not. */
export interface DeliveryPattern {
  /** As a rule an event is in an object that is delivered so long after it, at most. What takes longer is late. */
  readonly delayMs: number;
  /** A series that is regularly delivered is not longer without an object. */
  readonly cadenceMs: number;
  /** So long before its delivery lie the events of an unread object, at most; null: how long cannot be said. */
  readonly reachMs: number | null;
  /** Whether every account of an organization is expected to deliver it; else those that did, or are listed with it. */
  readonly isFromEveryAccount: boolean;
}

/**
 * A log source: key layout, framing, raw shape, table, and (beside it, in `normalize.sql`) the projection from the one
 * to the other. Inert: no I/O, no clock, no state.
 */
export interface SourceDefinition {
  /** The folder's name and the table's. */
  readonly id: string;
  readonly title: string;
  readonly doc: string;
  readonly table: TableDefinition;
  readonly routes: readonly KeyRoute[];
  readonly delivery: DeliveryPattern;
  /**
   * Recognises the content. `head` is the start of the inflated bytes; null means "not ours". Throws nothing: bytes
   * are hostile.
   */
  readonly frame: (head: Uint8Array) => Framing | null;
  /** CloudTrail delivers exactly one gzip member (a second is how forged events ride along); others may have several. */
  readonly gzipMembers: "one" | "many";
  /** Text and JSON sources: the known raw fields. */
  readonly raw: RawShape;
  /** First-level raw fields that are explicit nulls so often that they are worth a shortcut; others are found too. */
  readonly oftenNull: readonly string[];
  /**
   * Columns of a normalized row that identify the record wherever it is delivered, or null where records have no
   * identity of their own (then the object has one: its bytes and its delivery).
   */
  readonly recordKey: readonly string[] | null;
  /** What tells two deliveries of equal bytes apart, from the key; constant where equal bytes are one delivery. */
  readonly deliveryOf: (key: string) => string;
  /**
   * The raw field names that analysts and Sigma rules write, each with the SQL that reads it from a table row.
   * A path below a `json` prefix (see `jsonFields`) needs no entry.
   */
  readonly fields: Readonly<Record<string, string>>;
  /** Raw fields kept as JSON text: name to the SQL of the JSON text column; paths below are JSON paths into it. */
  readonly jsonFields: Readonly<Record<string, string>>;
  /** Counted up when normalize.sql changes meaning; every row carries it. */
  readonly normalizerVersion: number;
  /** Sigma `logsource` values that select this table. */
  readonly logsource: { readonly product: string; readonly service: string };
}

/** A definition with its projection's text, as the generated catalog lists it. */
export interface Source extends SourceDefinition {
  /**
   * `SELECT carried, ... FROM raw`: one row a record, `carried` as it is and the table's columns by name, without
   * `logkeep`. `raw` has the raw fields and: `carried`, `record` (the record's text), `unmapped` (JSON text of what the
   * raw fields do not hold), `object_account` and `object_region` (from the key), `envelope` (JSON text of the
   * document's other scalars), `variant` (of the route).
   */
  readonly normalizeSql: string;
  /** Macros that it uses, run once per engine; their names start with the source's id. */
  readonly macrosSql: string;
}
