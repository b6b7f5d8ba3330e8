/**
 * A batch of opened objects -> staged files and the intent that will commit them. In: objects framed alike. Out: Parquet
 * files in place but part of no table. Promise: nothing is visible yet; the same objects give the same batch id.
 */
import { createHash } from "node:crypto";
import type { BatchObserver } from "../core/batch.ts";
import { LogkeepError } from "../core/errors.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../core/ledger.ts";
import type { Source } from "../core/source.ts";
import type { SpoolFolder } from "../core/spool.ts";
import { type SqlEngine, sqlString } from "../core/sql-engine.ts";
import type { TableDefinition } from "../core/table.ts";
import type { Lake } from "../lake/catalog.ts";
import { sequenceNumberOf } from "../lake/files-since.ts";
import { type DataFile, SPEC_DAY } from "../lake/model.ts";
import { openTable } from "../lake/table.ts";
import { writeDataFiles } from "../lake/write-files.ts";
import { countRecords, isGroupedByAccount, makeBatchView, type ObjectRecords, takeRejects } from "./batch-tables.ts";
import { takeDuplicates } from "./find-duplicates.ts";
import type { Intent, PlannedCommit } from "./intent.ts";
import type { KnownObjects } from "./known-objects.ts";
import { closedRow, type LedgerRow, openedRow } from "./ledger-rows.ts";
import { normalizeBatch } from "./normalize-batch.ts";
import type { ClosedObject, OpenedObject } from "./objects.ts";
import { placeOf } from "./raw-objects.ts";
import type { SpoolFormat } from "./raw-relation.ts";

/** Objects to be decided together. `source` is null for a batch of closed objects only. */
export interface Batch {
  readonly content: {
    readonly source: Source;
    readonly format: SpoolFormat;
    readonly objects: readonly OpenedObject[];
  } | null;
  readonly closed: readonly ClosedObject[];
  readonly folder: SpoolFolder;
}

/** What staging needs of the world. */
export interface StagePorts {
  readonly engine: SqlEngine;
  readonly lake: Lake;
  readonly observer: BatchObserver;
  /**
   * Names a staging of a batch, where other writers share the lake and may stage the same one. Lower-case letters,
   * digits and -. Absent: the batch's own name, since this is the only writer.
   */
  readonly nameStaging?: (batch: string) => string;
}

/** A batch whose files are staged. */
export interface StagedBatch {
  readonly intent: Intent;
  readonly ledger: readonly LedgerRow[];
  readonly derivedRows: number;
}

/** Wide rows (a Config snapshot's items are up to 100 KB) are written in smaller groups, so that few are in memory. */
const WIDE_ROW_BYTES = 4_096;
const WIDE_ROW_GROUP = 2_048;
/** The engine encodes one group on each thread; with its own 122,880 rows a batch is one group and one thread. */
const ROW_GROUP = 20_480;
/** Each of the engine's threads holds some thousand parsed records; of larger objects that would be too many. */
const ONE_THREAD_BYTES = 83_886_080;
/** Many records: parsed ones come on top of the engine's own memory, which therefore spills early. */
const HUGE_OBJECT_BYTES = 268_435_456;
const HUGE_OBJECT_MEMORY = "512MiB";
/** Perhaps one huge record: the engine doubles its buffers, and counts what it never touches (measured: 1.3 GB resident). */
const LARGE_OBJECT_MEMORY = "2GiB";
/** Inflated bytes whose rows are sorted at once. */
const ONE_FILE_BYTES = 134_217_728;

/** `beforeCompared` resolves when every earlier batch is in its table. */
export async function stageBatch(
  whole: Batch,
  known: KnownObjects,
  ports: StagePorts,
  beforeCompared: () => Promise<void>,
): Promise<StagedBatch> {
  const { engine, lake } = ports;
  const id = batchId(whole, known);
  const naming: Naming = { batch: id, staging: ports.nameStaging?.(id) ?? id };
  const decidedAt = new Date(lake.clock.now()).toISOString();
  const batch = withoutKnownContent(whole, known);
  const content =
    batch.content === null ? null : await stageContent(naming, batch.content, batch.folder, ports, beforeCompared);
  const opened = content?.rows(decidedAt) ?? [];
  const closed = [
    ...(content?.closed ?? []),
    ...batch.closed.map((object) => asFirst(object, opened, content?.closed ?? [])),
  ];
  const ledger = [...opened, ...closed.map((object) => closedRow(object, id, decidedAt))];
  const commits: PlannedCommit[] = [...(content?.commits ?? [])];
  // Where others write too, all batches of a source are put in one order by its table, also those that add nothing to it.
  // There, closed objects that come alone are all of one source by their keys, or of none: the ledger then decides.
  const decisive = (whole.content?.source ?? whole.closed[0]?.route.source)?.table;
  if (ports.nameStaging !== undefined && decisive !== undefined && commits[0]?.tableId !== decisive.id) {
    const { id: tableId } = await openTable(decisive, lake);
    commits.unshift({ tableId, files: [] });
  }
  if ((content?.rejected ?? 0) > 0) {
    const from = await rejectRows(id, batch.content?.source.id ?? "", decidedAt, engine);
    commits.push(await stageRows(REJECTS_TABLE, from, naming.staging, ports));
  }
  const relation = await ledgerRelation(ledger, batch.folder, engine);
  commits.push(await stageRows(LEDGER_TABLE, relation, naming.staging, ports));
  const properties = { "logkeep.objects": String(ledger.length) };
  const basis = { ledger: known.ledgerSequence, table: content?.tableSequence ?? null };
  return {
    intent: { batch: naming.staging, basis, commits, properties },
    ledger,
    derivedRows: content?.derivedRows ?? 0,
  };
}

/** The batch's name is in its rows, the staging's in the names of its files. */
interface Naming {
  readonly batch: string;
  readonly staging: string;
}

/** The hash of what the batch is made of: never of the clock. The same failure of a later attempt is another batch. */
export function batchId(batch: Batch, known: KnownObjects): string {
  const hash = createHash("sha256");
  const { content } = batch;
  hash.update(JSON.stringify(content === null ? null : [content.source.id, content.source.normalizerVersion]));
  for (const { ref, sha256 } of content?.objects ?? []) hash.update(JSON.stringify([ref.uri, ref.version, sha256]));
  for (const { ref, state, reason } of batch.closed) {
    hash.update(JSON.stringify([ref.uri, ref.version, state, reason, known.failedAttempts(ref)]));
  }
  return hash.digest("hex").slice(0, 32);
}

/** The second of two equal objects in one batch has as many records as the first, or the first one's fault. */
function asFirst(object: ClosedObject, opened: readonly LedgerRow[], faulty: readonly ClosedObject[]): ClosedObject {
  if (object.state !== "duplicate" || object.recordCount !== null) return object;
  const first = opened.find((row) => row.sha256 === object.sha256);
  if (first !== undefined) return { ...object, recordCount: first.records_in };
  const fault = faulty.find(({ sha256 }) => sha256 === object.sha256);
  if (fault === undefined) return object;
  return { ...object, state: fault.state, reason: fault.reason, detail: fault.detail };
}

/** Objects whose bytes were delivered before, by the ledger or within the batch, are closed as duplicates. */
function withoutKnownContent(batch: Batch, known: KnownObjects): Batch {
  const { content } = batch;
  if (content === null) return batch;
  const { source } = content;
  const objects: OpenedObject[] = [];
  const closed: ClosedObject[] = [...batch.closed];
  const seen = new Set<string>();
  for (const object of content.objects) {
    const { ref, route, inflatedBytes, sha256 } = object;
    const recordCount = known.recordsOfContent(source, sha256, ref.uri);
    const delivery = `${sha256}/${source.deliveryOf(ref.uri)}`;
    // Records with an identity of their own are compared one by one: their addresses go into the ledger.
    const isSecond = source.recordKey === null && seen.has(delivery);
    seen.add(delivery);
    if (recordCount === null && !isSecond) {
      objects.push(object);
      continue;
    }
    const detail = "an object of the same content was ingested before";
    const reason = "duplicate.object";
    closed.push({
      kind: "closed",
      ref,
      route,
      source,
      state: "duplicate",
      reason,
      detail,
      inflatedBytes,
      sha256,
      recordCount,
    });
  }
  return { ...batch, content: objects.length === 0 ? null : { ...content, objects }, closed };
}

interface StagedContent {
  readonly commits: readonly PlannedCommit[];
  readonly closed: readonly ClosedObject[];
  readonly rejected: number;
  readonly derivedRows: number;
  /** Of the table when the records were compared with it; null when there were none. */
  readonly tableSequence: number | null;
  rows(decidedAt: string): LedgerRow[];
}

/** Whether a batch needs the memory of all engines. */
export function isLargeBatch({ content }: Batch): boolean {
  return content !== null && largestObject(content.objects) > ONE_THREAD_BYTES;
}

function largestObject(objects: readonly OpenedObject[]): number {
  return Math.max(0, ...objects.map((object) => object.spooledBytes));
}

async function stageContent(
  naming: Naming,
  content: NonNullable<Batch["content"]>,
  folder: SpoolFolder,
  ports: StagePorts,
  beforeCompared: () => Promise<void>,
): Promise<StagedContent> {
  const { engine } = ports;
  try {
    return await frugally(largestObject(content.objects), engine, () =>
      stageRecordsOf(naming, content, folder, ports, beforeCompared),
    );
  } finally {
    // Not left for the engine's next batch: another engine may need the memory.
    await engine.run("DROP TABLE IF EXISTS batch_rows");
  }
}

async function stageRecordsOf(
  naming: Naming,
  content: NonNullable<Batch["content"]>,
  folder: SpoolFolder,
  ports: StagePorts,
  beforeCompared: () => Promise<void>,
): Promise<StagedContent> {
  const { engine, lake } = ports;
  const { source } = content;
  const { batch: id, staging } = naming;
  const { objects, closed } = await normalizeBatch(source, content.format, content.objects, folder, engine);
  if (objects.length === 0) {
    return { commits: [], closed, rejected: 0, derivedRows: 0, tableSequence: null, rows: () => [] };
  }
  const counted = await countRecords(objects, engine);
  const rejects = await takeRejects(objects, folder, engine);
  await beforeCompared();
  const table = await openTable(source.table, lake);
  const duplicates = await takeDuplicates(source, table, engine, lake);
  const rowCount = await makeBatchView(source, id, engine);
  const commits: PlannedCommit[] = [];
  let derivedRows = 0;
  if (rowCount > 0) {
    const derived = await ports.observer.observe({ id, source, engine, relation: "batch", rowCount });
    const records = await stageRecords(source.table, staging, counted, rowCount, ports);
    requireAllRows(records, rowCount);
    commits.push(records);
    for (const each of derived) {
      if (each.rowCount > 0) commits.push(await stageRows(each.table, each.relation, staging, ports));
      derivedRows += each.rowCount;
    }
  }
  return {
    commits,
    closed,
    rejected: [...rejects.values()].reduce((sum, count) => sum + count, 0),
    derivedRows,
    tableSequence: sequenceNumberOf(table),
    rows: (decidedAt) =>
      counted.map((each) => {
        const place = placeOf(each.object.path);
        return openedRow(each, rejects.get(place) ?? 0, duplicates.get(place), id, decidedAt);
      }),
  };
}

/** What is committed must be what was counted: the ledger's sums are made of the counts. */
function requireAllRows({ tableId, files }: PlannedCommit, rowCount: number): void {
  const written = files.reduce((sum, file) => sum + file.rowCount, 0);
  if (written === rowCount) return;
  throw new LogkeepError({
    code: "ingest.rows-lost",
    message: "the files of a batch do not hold as many rows as the batch",
    facts: { table: tableId, rows: rowCount, written },
  });
}

/** The engine on one thread, and with the memory that suits an object of that size. */
async function frugally<T>(sizeBytes: number, engine: SqlEngine, work: () => Promise<T>): Promise<T> {
  if (sizeBytes <= ONE_THREAD_BYTES) return work();
  const memory = sizeBytes > HUGE_OBJECT_BYTES ? HUGE_OBJECT_MEMORY : LARGE_OBJECT_MEMORY;
  const [before] = await engine.all(
    "SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory",
  );
  await engine.run(`SET threads = 1; SET memory_limit = '${memory}'`);
  try {
    return await work();
  } finally {
    await engine.run(
      `SET threads = ${Number(before?.threads ?? 1)}; SET memory_limit = ${sqlString(String(before?.memory))}`,
    );
  }
}

/** The batch's rows; those of a huge object in several files, because sorting them needs them in memory. */
async function stageRecords(
  definition: TableDefinition,
  staging: string,
  counted: readonly ObjectRecords[],
  rowCount: number,
  ports: StagePorts,
): Promise<PlannedCommit> {
  const bytes = counted.reduce((sum, { object }) => sum + object.inflatedBytes, 0);
  const options = { rowGroupRows: rowGroupOf(bytes, rowCount), keepOrder: isGroupedByAccount(counted) };
  const pieces = Math.ceil(bytes / ONE_FILE_BYTES);
  if (pieces <= 2) return stageRows(definition, "batch", staging, ports, options);
  const files: DataFile[] = [];
  const last = Math.max(...counted.map(({ firstRow, records }) => Number(firstRow) + records));
  const step = Math.ceil(last / pieces);
  for (let from = 0, piece = 0; from < last; from += step, piece += 1) {
    const rows = `(SELECT * FROM batch WHERE rowid >= ${from} AND rowid < ${from + step})`;
    files.push(...(await stageRows(definition, rows, `${staging}-${piece}`, ports, options)).files);
  }
  return { tableId: definition.id, files };
}

function rowGroupOf(bytes: number, rowCount: number): number {
  return bytes / rowCount > WIDE_ROW_BYTES ? WIDE_ROW_GROUP : ROW_GROUP;
}

async function stageRows(
  definition: TableDefinition,
  relation: string,
  prefix: string,
  ports: StagePorts,
  options: { readonly rowGroupRows?: number; readonly keepOrder?: boolean } = {},
): Promise<PlannedCommit> {
  const table = await openTable(definition, ports.lake);
  const files = await writeDataFiles(
    table,
    relation,
    { specId: SPEC_DAY, prefix, ...options },
    { store: ports.lake.store, engine: ports.engine },
  );
  return { tableId: definition.id, files };
}

async function rejectRows(id: string, sourceId: string, decidedAt: string, engine: SqlEngine): Promise<string> {
  await engine.run(`CREATE OR REPLACE TEMP VIEW batch_reject_rows AS
    SELECT o.object, o.object_version, ${sqlString(sourceId)} AS source, o.account AS accountid, r.ordinal,
      r.offset_bytes, r.size_bytes, r.reason, r.detail, r.text, ${sqlString(id)} AS batch,
      ${sqlString(decidedAt)}::TIMESTAMPTZ AS decided_at
    FROM batch_rejects r JOIN batch_objects o ON o.place = r.place`);
  return "batch_reject_rows";
}

async function ledgerRelation(rows: readonly LedgerRow[], folder: SpoolFolder, engine: SqlEngine): Promise<string> {
  const text = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const file = folder.create("ledger.ndj");
  file.write(text);
  file.close(text.byteLength);
  const types = { string: "VARCHAR", long: "BIGINT", timestamptz: "TIMESTAMPTZ" } as const;
  const columns = LEDGER_TABLE.columns.map(
    // The ledger has no other types; a new one fails here at once.
    (each) => `${each.name}: ${sqlString(types[each.type as keyof typeof types])}`,
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE batch_ledger AS SELECT * FROM read_json(${sqlString(file.path)},
    format = 'newline_delimited', columns = {${columns.join(", ")}})`);
  return "batch_ledger";
}
