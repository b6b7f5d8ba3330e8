/**
 * The slow path: a spooled array that the SQL engine refused -> the same array with `null` in the place of each record
 * that cannot be read, so that the ordinals of the others stay what they were. The engine itself is the judge of every
 * record. Throws `frame.cut-short`, `frame.trailing-content` and
 * `frame.record-too-large` for documents that no record can be taken from in good faith.
 */
import { LogkeepError } from "../core/errors.ts";
import type { SpoolFolder } from "../core/spool.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import type { OpenedObject, RejectedRecord } from "./objects.ts";
import { MAX_RECORD_DEPTH } from "./raw-json.ts";
import { ArraySplitter, type RecordPlace } from "./split-records.ts";

/** No service writes records near this size; the engine would need several times as much memory for one. */
export const MAX_RECORD_BYTES = 134_217_728;
/** What is kept of a rejected record's text. */
export const MAX_REJECT_BYTES = 65_536;
/** Rejects wait in memory until their batch is staged: of an object of broken records that would be all its bytes. */
export const MAX_OBJECT_REJECT_BYTES = 16_777_216;
/** What is kept of each text after those: enough to recognise the record, and its address leads to the rest. */
export const SHORT_REJECT_BYTES = 1_024;
/** As one parameter a record takes several times its size, and strings have an end: larger ones are judged alone. */
const MAX_SHARED_BYTES = 2_097_152;

const COMMA = Buffer.from(",");
const NULL = Buffer.from("null");

/** Rewrites one object's spooled array; the result names the new file. */
export async function isolateRecords(
  object: OpenedObject,
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<OpenedObject> {
  const target = folder.create(object.path.slice(object.path.lastIndexOf("/") + 1).replace(".jsn", ".jsl"));
  const rejects: RejectedRecord[] = [];
  let written = 0;
  let largest = object.largestRecordBytes;
  let keptBytes = 0;
  const write = (bytes: Uint8Array): void => {
    target.write(bytes);
    written += bytes.byteLength;
  };
  write(Buffer.from("["));
  const records = new RecordBuffer();
  const splitter = new ArraySplitter((place) => records.end(place));
  for await (const piece of folder.read(object.path)) {
    records.take(piece);
    splitter.take(piece);
    const ended = records.drain();
    const faults = await judgeRecords(ended, engine);
    for (const [index, record] of ended.entries()) {
      const fault = faults[index] ?? null;
      if (record.place.ordinal > 0) write(COMMA);
      write(fault === null ? record.bytes : NULL);
      if (fault === null) largest = Math.max(largest, record.bytes.byteLength + 1024);
      else {
        const maxBytes = keptBytes < MAX_OBJECT_REJECT_BYTES ? MAX_REJECT_BYTES : SHORT_REJECT_BYTES;
        keptBytes += Math.min(record.bytes.byteLength, maxBytes);
        rejects.push(rejectOf(record, object.offsetBytes, fault, maxBytes));
      }
    }
  }
  checkEnd(splitter.finish(), records.rest(), object);
  write(Buffer.from("]"));
  target.close(written);
  return { ...object, path: target.path, spooledBytes: written, largestRecordBytes: largest, rejects };
}

function checkEnd(end: { readonly closed: boolean; readonly end: number }, rest: Buffer, object: OpenedObject): void {
  const key = object.arrayKey;
  // Where the end was known, the document's own bracket was cut off with it.
  const tail = `${rest.toString("utf8").trim()}${key !== null && object.isEndKnown ? "}" : ""}`;
  if (!end.closed || (key !== null && !tail.endsWith("}"))) {
    throw new LogkeepError({ code: "frame.cut-short", message: "the document ends before it is complete" });
  }
  if (key === null ? tail === "" : isDocumentEnd(tail, key)) return;
  throw new LogkeepError({ code: "frame.trailing-content", message: "something else follows the record array" });
}

/** A second array under the same key would be read by some and not by others. */
function isDocumentEnd(tail: string, key: string): boolean {
  try {
    const parsed: unknown = JSON.parse(`{"${key}":[]${tail}`);
    return typeof parsed === "object" && parsed !== null && !tail.includes(`"${key}"`);
  } catch {
    return false;
  }
}

interface Fault {
  readonly reason: string;
  readonly detail: string;
}

interface RecordBytes {
  readonly place: RecordPlace;
  readonly bytes: Buffer;
}

/** The fault of each record, null where it has none. */
async function judgeRecords(records: readonly RecordBytes[], engine: SqlEngine): Promise<(Fault | null)[]> {
  const faults: (Fault | null)[] = [];
  // Asked together: a statement takes half a millisecond, most records a microsecond.
  let shared: { readonly index: number; readonly text: string }[] = [];
  let sharedBytes = 0;
  const judgeShared = async (): Promise<void> => {
    const isValid = await areValidJson(
      shared.map(({ text }) => text),
      engine,
    );
    for (const [at, { index }] of shared.entries()) if (isValid[at] !== true) faults[index] = BROKEN_JSON;
    shared = [];
    sharedBytes = 0;
  };
  for (const [index, { bytes }] of records.entries()) {
    const judged = judgeBytes(bytes);
    faults.push(judged.fault);
    if (judged.fault !== null) continue;
    if (bytes.byteLength > MAX_SHARED_BYTES) {
      if (!(await isValidJson(judged.text, engine))) faults[index] = BROKEN_JSON;
      continue;
    }
    if (sharedBytes + bytes.byteLength > MAX_SHARED_BYTES) await judgeShared();
    shared.push({ index, text: judged.text });
    sharedBytes += bytes.byteLength;
  }
  await judgeShared();
  return faults;
}

const BROKEN_JSON: Fault = { reason: "record.broken-json", detail: "the record is not valid JSON" };

/** What can be said without the engine. */
function judgeBytes(bytes: Buffer): { readonly fault: Fault } | { readonly fault: null; readonly text: string } {
  const text = decodeUtf8(bytes);
  if (text === null) {
    return { fault: { reason: "record.invalid-utf8", detail: "the record is not valid UTF-8" } };
  }
  if (nestingDepth(bytes) > MAX_RECORD_DEPTH) {
    return { fault: { reason: "record.too-deep", detail: "the record is nested deeper than 5,000 levels" } };
  }
  return { fault: null, text };
}

async function isValidJson(text: string, engine: SqlEngine): Promise<boolean> {
  const [row] = await engine.all("SELECT json_valid($text) AND trim($text) <> '' AS ok", { text });
  return row?.["ok"] === true;
}

/** Parameters are scalars, so the texts go as one JSON array of strings. */
async function areValidJson(texts: readonly string[], engine: SqlEngine): Promise<readonly unknown[]> {
  if (texts.length === 0) return [];
  const [row] = await engine.all(
    `SELECT list_transform(from_json($texts, '["VARCHAR"]'), lambda t: json_valid(t) AND trim(t) <> '') AS ok`,
    { texts: JSON.stringify(texts) },
  );
  const ok = row?.["ok"];
  if (Array.isArray(ok) && ok.length === texts.length) return ok;
  throw new LogkeepError({ code: "ingest.judgement-lost", message: "the SQL engine did not judge every record" });
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function nestingDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < bytes.byteLength; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return deepest;
}

function rejectOf(record: RecordBytes, offsetBytes: number | null, fault: Fault, maxBytes: number): RejectedRecord {
  return {
    ordinal: record.place.ordinal,
    offsetBytes: offsetBytes === null ? null : offsetBytes + record.place.start,
    sizeBytes: record.place.end - record.place.start,
    ...fault,
    text: record.bytes.subarray(0, maxBytes).toString("utf8"),
  };
}

/** Holds the bytes since the last record's end. */
class RecordBuffer {
  #held: Buffer = Buffer.alloc(0);
  #heldFrom = 0;
  #pieces: Buffer[] = [];
  #pendingBytes = 0;
  #ended: RecordPlace[] = [];

  take(piece: Uint8Array): void {
    this.#pieces.push(Buffer.from(piece));
    this.#pendingBytes += piece.byteLength;
    if (this.#held.byteLength + this.#pendingBytes <= MAX_RECORD_BYTES + piece.byteLength) return;
    throw new LogkeepError({ code: "frame.record-too-large", message: "a record is larger than 128 MiB" });
  }

  end(place: RecordPlace): void {
    this.#ended.push(place);
  }

  /** The records that ended since the last call. */
  drain(): readonly RecordBytes[] {
    if (this.#ended.length === 0) return [];
    this.#join();
    const held = this.#held;
    const from = this.#heldFrom;
    const drained = this.#ended.map((place) => ({ place, bytes: held.subarray(place.start - from, place.end - from) }));
    const last = this.#ended.at(-1)?.end ?? this.#heldFrom;
    this.#held = this.#held.subarray(last - this.#heldFrom);
    this.#heldFrom = last;
    this.#ended = [];
    return drained;
  }

  /** What follows the last record's end: the array's bracket and the rest of the document. */
  rest(): Buffer {
    this.#join();
    return this.#held.subarray(this.#held.indexOf("]") + 1);
  }

  #join(): void {
    if (this.#pieces.length === 0) return;
    this.#held = Buffer.concat([this.#held, ...this.#pieces]);
    this.#pieces = [];
    this.#pendingBytes = 0;
  }
}
