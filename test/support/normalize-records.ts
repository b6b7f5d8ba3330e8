/**
 * Records -> rows through the real SQL path: spool, raw relation, the source's projection. For tests that need rows as
 * the lake holds them, without batches, duplicates or commits.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Framing, Source } from "../../core/source.ts";
import { type JsonRow, type SqlEngine, sqlName, sqlString } from "../../core/sql-engine.ts";
import { csvToArray } from "../../ingest/csv-to-array.ts";
import { linesToArray } from "../../ingest/lines-to-array.ts";
import { parquetColumns } from "../../ingest/raw-parquet.ts";
import { rawRelation, type SpooledObject, type SpoolFormat } from "../../ingest/raw-relation.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { openTestEngine } from "./engine.ts";

/** JSON records, or one object's whole inflated content as it would be delivered (text or bytes). */
export type RecordInput = readonly unknown[] | string | Uint8Array;

export interface NormalizeOptions {
  /** The engine to run in; without one, an engine of this call's own. */
  readonly engine?: SqlEngine;
  /** What the key would have said. */
  readonly account?: string | null;
  readonly region?: string | null;
  readonly variant?: string;
  /** The document's other scalars, for records given as values. */
  readonly envelope?: Readonly<Record<string, string>>;
  /** Delimited text: the way for objects that the fast way refuses. */
  readonly careful?: boolean;
}

/** A row with its place: `object` in the batch, and why the record cannot become a row, with its text, if so. */
export interface CarriedRow extends JsonRow {
  readonly carried: { readonly object: number; readonly fault: string | null; readonly text: string | null };
}

export function sourceOf(id: string): Source {
  const source = SOURCES.find((candidate) => candidate.id === id);
  if (source === undefined) throw new Error(`no source ${id}`);
  return source;
}

/** Rows of the table, without `carried` and `logkeep`, in the records' order. Throws when a record is faulty. */
export async function normalizeRecords(
  sourceId: string,
  input: RecordInput,
  options: NormalizeOptions = {},
): Promise<JsonRow[]> {
  const rows = await normalizeObjects(sourceId, [input], options);
  const faulty = rows.find((row) => row.carried.fault !== null);
  if (faulty !== undefined) throw new Error(`a record is faulty: ${faulty.carried.fault}`);
  return rows.map(({ carried: _, ...row }) => row);
}

/** Rows of a batch of objects that are framed alike, faulty ones included, in the order of their addresses. */
export async function normalizeObjects(
  sourceId: string,
  inputs: readonly RecordInput[],
  options: NormalizeOptions = {},
): Promise<CarriedRow[]> {
  const engine = options.engine ?? (await openTestEngine());
  try {
    await createNormalizedTable(engine, "normalized_records", sourceId, inputs, options);
    const rows: JsonRow[] = [];
    for await (const chunk of (await engine.stream("SELECT * FROM normalized_records ORDER BY rowid")).chunks)
      rows.push(...chunk);
    await engine.run("DROP TABLE normalized_records");
    // The projection's contract: `carried` is that struct.
    return rows as CarriedRow[];
  } finally {
    if (options.engine === undefined) engine.close();
  }
}

/** Creates the temporary table `relation`: `carried` and the source's columns, one row a record. */
export async function createNormalizedTable(
  engine: SqlEngine,
  relation: string,
  sourceId: string,
  inputs: readonly RecordInput[],
  options: Omit<NormalizeOptions, "engine"> = {},
): Promise<void> {
  const source = sourceOf(sourceId);
  const folder = await mkdtemp(join(tmpdir(), "records-"));
  try {
    const spooled = await Promise.all(inputs.map((input, index) => spool(source, input, index, folder, options)));
    const first = spooled[0];
    if (first === undefined) throw new Error("no objects");
    const format = await formatOf(first, options.careful ?? false, engine);
    await engine.run(source.macrosSql === "" ? "SELECT 1" : source.macrosSql);
    const objects = spooled.map(({ object }) => object);
    await engine.run(`CREATE OR REPLACE TEMP VIEW raw AS ${rawRelation(source, format, objects)}`);
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${sqlName(relation)} AS ${source.normalizeSql}`);
    await engine.run("DROP VIEW raw");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function formatOf({ format, object }: Spooled, careful: boolean, engine: SqlEngine): Promise<SpoolFormat> {
  if (format.kind === "parquet") return { kind: "parquet", columns: await parquetColumns(engine, object.path) };
  return format.kind === "delimited" ? { ...format, careful } : format;
}

interface Spooled {
  readonly format: SpoolFormat;
  readonly object: SpooledObject;
}

async function spool(
  source: Source,
  input: RecordInput,
  index: number,
  folder: string,
  options: NormalizeOptions,
): Promise<Spooled> {
  const { format, bytes, envelope } = cut(source, input, options);
  const path = join(folder, `${String(index).padStart(6, "0")}.${format.kind === "parquet" ? "pqt" : "txt"}`);
  await writeFile(path, bytes);
  const { account = null, region = null, variant = source.id === "config" ? "history" : "delivery" } = options;
  const largestRecordBytes = Math.max(16_777_216, bytes.byteLength + 1);
  return {
    format,
    object: { path, account, region, variant, envelope: JSON.stringify(envelope), largestRecordBytes },
  };
}

interface Cut {
  readonly format: SpoolFormat;
  readonly bytes: Uint8Array;
  readonly envelope: Readonly<Record<string, string>>;
}

function cut(source: Source, input: RecordInput, options: NormalizeOptions): Cut {
  if (Array.isArray(input)) {
    const bytes = Buffer.from(JSON.stringify(input));
    return { format: { kind: "json-array", path: [] }, bytes, envelope: options.envelope ?? {} };
  }
  // Array.isArray does not narrow a readonly array away.
  const bytes = typeof input === "string" ? Buffer.from(input) : (input as Uint8Array);
  const framing = source.frame(bytes.subarray(0, 65_536));
  if (framing === null) throw new Error(`${source.id} does not recognise the content`);
  return cutFramed(framing, bytes);
}

function cutFramed(framing: Framing, bytes: Uint8Array): Cut {
  switch (framing.kind) {
    case "json-array": {
      const array = bytes.subarray(framing.start, endOfArray(bytes, framing.start));
      return { format: { kind: "json-array", path: [] }, bytes: array, envelope: framing.envelope };
    }
    case "json-object": {
      const wrapped = Buffer.concat([Buffer.from("["), bytes, Buffer.from("]")]);
      return { format: { kind: "json-array", path: framing.path }, bytes: wrapped, envelope: {} };
    }
    case "json-lines":
    case "csv": {
      const pieces: Uint8Array[] = [];
      const write = (piece: Uint8Array) => void pieces.push(Buffer.from(piece));
      const isLines = framing.kind === "json-lines";
      const writer = isLines ? linesToArray(write) : csvToArray(framing.column, write);
      writer.take(isLines ? bytes : bytes.subarray(framing.start));
      writer.end();
      const path = isLines ? framing.path : [];
      return { format: { kind: "json-array", path, isText: true }, bytes: Buffer.concat(pieces), envelope: {} };
    }
    case "delimited":
      return {
        format: { kind: "delimited", columns: framing.columns },
        bytes: bytes.subarray(framing.start),
        envelope: {},
      };
    case "parquet":
      // The columns are read once the file lies where the engine can open it.
      return { format: { kind: "parquet", columns: [] }, bytes, envelope: {} };
    default:
      return framing satisfies never;
  }
}

/** Where the array that starts at `start` ends; brackets inside strings do not count. */
function endOfArray(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) return at + 1;
  }
  throw new Error("the array does not end");
}

/** SQL that reads a raw field (a source's own name) from a row, for checks by field name. */
export function fieldSql(source: Source, field: string): string {
  const known = source.fields[field];
  if (known !== undefined) return known;
  const prefix = Object.keys(source.jsonFields).find(
    (name) => field === name || /^[.[]/.test(field.startsWith(name) ? field.slice(name.length) : ""),
  );
  if (prefix === undefined) return `json_extract_string(unmapped, ${sqlString(`$.${field}`)})`;
  const rest = field.slice(prefix.length);
  return rest === "" ? `${source.jsonFields[prefix]}` : `json_extract_string(${source.jsonFields[prefix]}, '$${rest}')`;
}
