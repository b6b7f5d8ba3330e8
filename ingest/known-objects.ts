/**
 * What the ledger knows: object versions that are decided, and contents that are in the lake. Built from the ledger when
 * a run starts and kept up to date by it, so that nothing is read twice and a second delivery is recognised by its bytes.
 */
import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { Lake } from "../lake/catalog.ts";
import { planScan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { currentSnapshot } from "../lake/snapshot.ts";
import type { LedgerRow } from "./ledger-rows.ts";
import type { Batch } from "./stage-batch.ts";

/** Reasons that another attempt may find gone: such objects are read again by the next run. */
const WORTH_ANOTHER_READ = new Set(["object.unreadable", "object.missing", "object.wrong-hash", "frame.unreadable"]);

/** What deciding about an object needs of its ledger row. */
type Known = Pick<LedgerRow, "object" | "object_version" | "source" | "state" | "reason" | "sha256" | "records_in">;

/** The index over the ledger that a run consults. */
export class KnownObjects {
  readonly #decided = new Map<string, string | null>();
  readonly #contents = new Map<string, number>();
  readonly #attempts = new Map<string, number>();
  readonly #sources: ReadonlyMap<string, Source>;

  constructor(sources: readonly Source[]) {
    this.#sources = new Map(sources.map((source) => [source.id, source]));
  }

  add(row: Known): void {
    const key = versionKey(row.object, row.object_version);
    this.#decided.set(key, row.reason);
    if (row.reason !== null && WORTH_ANOTHER_READ.has(row.reason)) {
      this.#attempts.set(key, (this.#attempts.get(key) ?? 0) + 1);
    }
    const source = row.source === null ? undefined : this.#sources.get(row.source);
    if (source === undefined || row.sha256 === null || row.records_in === null || row.state === "quarantined") return;
    this.#contents.set(contentKey(source, row.sha256, row.object), row.records_in);
  }

  /** True when nothing is to be done about this version of the object. */
  isDecided(ref: ObjectRef): boolean {
    const reason = this.#decided.get(versionKey(ref.uri, ref.version));
    return reason !== undefined && (reason === null || !WORTH_ANOTHER_READ.has(reason));
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

/** Reads the ledger, in pages: an object costs about 200 bytes of memory. */
export async function loadKnownObjects(
  sources: readonly Source[],
  engine: SqlEngine,
  lake: Lake,
): Promise<KnownObjects> {
  const known = new KnownObjects(sources);
  const table = await lake.catalog.load("ledger");
  if (table === null) return known;
  const { files } = await planScan(table, currentSnapshot(table), {}, lake.store);
  const rows = await engine.stream(`SELECT object, object_version, source, state, reason, sha256, records_in
    FROM ${await scanRelation(table, files, lake.store)} ORDER BY decided_at`);
  for await (const chunk of rows.chunks) {
    // The columns are the ledger's own; only our commits write them.
    for (const row of chunk) known.add(row as unknown as Known);
  }
  return known;
}

function versionKey(uri: string, version: string): string {
  return `${uri}\0${version}`;
}

function contentKey(source: Source, sha256: string, uri: string): string {
  return `${source.id}\0${sha256}\0${source.deliveryOf(uri)}`;
}
