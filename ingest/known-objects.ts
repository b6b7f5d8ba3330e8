/**
 * What the ledger knows: object versions that are decided, and contents that are in the lake. Built from the ledger when
 * a run starts and kept up to date by it, so that nothing is read twice and a second delivery is recognised by its bytes.
 */
import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake } from "../lake/catalog.ts";
import { sequenceNumberOf } from "../lake/files-since.ts";
import { planScan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot } from "../lake/snapshot.ts";
import type { LedgerRow } from "./ledger-rows.ts";
import type { Batch } from "./stage-batch.ts";

/** Reasons that another attempt may find gone: such objects are read again by the next run. */
const WORTH_ANOTHER_READ = new Set(["object.unreadable", "object.missing", "object.wrong-hash", "frame.unreadable"]);

/** What deciding about an object needs of its ledger row. */
export type Known = Pick<
  LedgerRow,
  "object" | "object_version" | "source" | "state" | "reason" | "sha256" | "records_in"
>;

/** The columns of the ledger that it needs. */
export const KNOWN_COLUMNS = "object, object_version, source, state, reason, sha256, records_in";

/** Whether another attempt to read an object that ended so would be in vain. */
export function isFinal(reason: string | null): boolean {
  return reason === null || !WORTH_ANOTHER_READ.has(reason);
}

/** What the ledger says of some objects, or of all: as far as a run has asked. */
export class KnownObjects {
  readonly #decided = new Map<string, string | null>();
  readonly #contents = new Map<string, number>();
  readonly #attempts = new Map<string, number>();
  readonly #sources: ReadonlyMap<string, Source>;

  /** How far the ledger was of which everything is known; a little of what came later may be known too. */
  ledgerSequence: number;

  constructor(sources: readonly Source[], ledgerSequence = 0) {
    this.ledgerSequence = ledgerSequence;
    this.#sources = new Map(sources.map((source) => [source.id, source]));
  }

  add(row: Known): void {
    this.addVersion(versionKey(row.object, row.object_version), row.reason);
    const content = contentOf(row, this.#sources);
    if (content !== null) this.addContent(content, row.records_in ?? 0);
  }

  /** As `versionKey` gives it; `reason` is null for one without. */
  addVersion(key: string, reason: string | null): void {
    this.#decided.set(key, reason);
    if (!isFinal(reason)) this.#attempts.set(key, (this.#attempts.get(key) ?? 0) + 1);
  }

  /** As `contentKey` gives it. */
  addContent(key: string, records: number): void {
    this.#contents.set(key, records);
  }

  /** True when nothing is to be done about this version of the object. */
  isDecided(ref: ObjectRef): boolean {
    const reason = this.#decided.get(versionKey(ref.uri, ref.version));
    return reason !== undefined && isFinal(reason);
  }

  /** Whether the same attempt ended the same way before: then the ledger needs no second row. */
  hasReason(ref: ObjectRef, reason: string): boolean {
    return this.#decided.get(versionKey(ref.uri, ref.version)) === reason;
  }

  /** How many attempts to read it failed before. */
  failedAttempts(ref: ObjectRef): number {
    return this.#attempts.get(versionKey(ref.uri, ref.version)) ?? 0;
  }

  /** Names of the contents that a batch will make known when it is committed. */
  contentsOf({ content }: Batch): string[] {
    return (content?.objects ?? []).map(({ source, sha256, ref }) => contentKey(source, sha256, ref.uri));
  }

  /** How many records the same delivery had, or null when its content is new. */
  recordsOfContent(source: Source, sha256: string, uri: string): number | null {
    return this.#contents.get(contentKey(source, sha256, uri)) ?? null;
  }
}

/** The name of the content that a ledger row makes known, or null. */
export function contentOf(row: Known, sources: ReadonlyMap<string, Source>): string | null {
  const source = row.source === null ? undefined : sources.get(row.source);
  if (source === undefined || row.sha256 === null || row.records_in === null || row.state === "quarantined")
    return null;
  return contentKey(source, row.sha256, row.object);
}

/** Reads the ledger, in pages: an object costs about 200 bytes of memory. */
export async function loadKnownObjects(
  sources: readonly Source[],
  engine: SqlEngine,
  lake: Lake,
): Promise<KnownObjects> {
  const table = await lake.catalog.load("ledger");
  if (table === null) return new KnownObjects(sources);
  const known = new KnownObjects(sources, sequenceNumberOf(table));
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  const rows = await engine.stream(
    `SELECT ${KNOWN_COLUMNS} FROM ${await scanRelation(table, files, lake.store)} ORDER BY decided_at`,
  );
  for await (const chunk of rows.chunks) {
    // The columns are the ledger's own; only our commits write them.
    for (const row of chunk) known.add(row as unknown as Known);
  }
  return known;
}

/** Names a version of an object. */
export function versionKey(uri: string, version: string): string {
  return `${uri}\0${version}`;
}

/** Names bytes as one delivery of a source. */
export function contentKey(source: Source, sha256: string, uri: string): string {
  return `${source.id}\0${sha256}\0${source.deliveryOf(uri)}`;
}
