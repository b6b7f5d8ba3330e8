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
export const MAX_REJECT_CHARS = 65_536;

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
    for (const record of records.drain()) {
      const fault = await judgeRecord(record, engine);
      if (record.place.ordinal > 0) write(Buffer.from(","));
      if (fault === null) write(record.bytes);
      else write(Buffer.from("null"));
      if (fault === null) largest = Math.max(largest, record.bytes.byteLength + 1024);
      else rejects.push(rejectOf(record, object.offsetBytes, fault));
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

async function judgeRecord(record: RecordBytes, engine: SqlEngine): Promise<Fault | null> {
  const text = decodeUtf8(record.bytes);
  if (text === null) return { reason: "record.invalid-utf8", detail: "the record is not valid UTF-8" };
  if (nestingDepth(record.bytes) > MAX_RECORD_DEPTH) {
    return { reason: "record.too-deep", detail: "the record is nested deeper than 5,000 levels" };
  }
  const [row] = await engine.all("SELECT json_valid($text) AND trim($text) <> '' AS ok", { text });
  return row?.["ok"] === true ? null : { reason: "record.broken-json", detail: "the record is not valid JSON" };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
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

function rejectOf(record: RecordBytes, offsetBytes: number, fault: Fault): RejectedRecord {
  return {
    ordinal: record.place.ordinal,
    offsetBytes: offsetBytes + record.place.start,
    sizeBytes: record.place.end - record.place.start,
    ...fault,
    text: record.bytes.subarray(0, MAX_REJECT_CHARS).toString("utf8"),
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

  *drain(): Generator<RecordBytes> {
    if (this.#ended.length === 0) return;
    this.#join();
    for (const place of this.#ended) {
      yield { place, bytes: this.#held.subarray(place.start - this.#heldFrom, place.end - this.#heldFrom) };
    }
    const last = this.#ended.at(-1)?.end ?? this.#heldFrom;
    this.#held = this.#held.subarray(last - this.#heldFrom);
    this.#heldFrom = last;
    this.#ended = [];
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
