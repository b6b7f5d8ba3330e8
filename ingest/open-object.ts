/**
 * One delivered object -> a spooled file that the SQL engine can read, or the reason why not. The bytes pass once:
 * inflated, hashed, recognised by their head, written from their first record on, and cut after the last. An error of
 * the object ends here as a closed object; only errors of the world (full disk, lost store) are thrown.
 */
import { createHash } from "node:crypto";
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { Inflater } from "../core/inflater.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { Framing, Source } from "../core/source.ts";
import type { SpoolFile, SpoolFolder } from "../core/spool.ts";
import { readArrayTail, readBareTail } from "./array-tail.ts";
import { csvToArray } from "./csv-to-array.ts";
import { type ArrayWriter, linesToArray } from "./lines-to-array.ts";
import type { ClosedObject, OpenedObject, RoutedObject } from "./objects.ts";
import type { SpoolFormat } from "./raw-relation.ts";

/** Framing is decided from this much; the longest header of a flow log is 2 KB. */
const HEAD_BYTES = 65_536;
/** Where the end of a document is looked for. */
const TAIL_BYTES = 4_096;
/** DuckDB's own default for one JSON object; larger records are found and let in one object at a time. */
export const USUAL_RECORD_BYTES = 16_777_216;

/** How much of an object is taken in. */
export interface OpenLimits {
  /** An object that inflates to more is quarantined. */
  readonly maxInflatedBytes: number;
  /** No object is quarantined for inflating to this much, whatever its size. */
  readonly alwaysInflatedBytes: number;
  /** Above that, an object may inflate to this many times its size as delivered. */
  readonly maxInflateRatio: number;
}

/** How far an object of this size may inflate before it counts as a bomb. Pure. */
export function inflatedLimit(sizeBytes: number, limits: OpenLimits): number {
  const likely = Math.max(limits.alwaysInflatedBytes, sizeBytes * limits.maxInflateRatio);
  return Math.min(limits.maxInflatedBytes, likely);
}

/** What opening an object needs. */
export interface OpenPorts {
  readonly store: Pick<ObjectStore, "read" | "stream">;
  readonly inflater: Inflater;
}

/** Where an object of this source and framing is spooled: a folder and the file's name without its suffix. */
export type ChooseTarget = (
  source: Source,
  format: SpoolFormat,
) => { readonly folder: SpoolFolder; readonly name: string };

/**
 * Reads one object into the place that `choose` names. `bytes` are the object's, where they were fetched. Beyond
 * `maxBytes` inflated it is closed as `inflate.too-large`.
 */
export async function openObject(
  object: RoutedObject,
  sources: readonly Source[],
  choose: ChooseTarget,
  bytes: Promise<Uint8Array> | null,
  maxBytes: number,
  ports: OpenPorts,
  signal?: AbortSignal,
): Promise<OpenedObject | ClosedObject> {
  const reader = new RecordAreaReader(object, sources, choose);
  try {
    const pieces = bytes === null ? ports.store.stream(object.ref, signal) : [await bytes];
    const members = object.route.source?.gzipMembers ?? "many";
    const inflated = await ports.inflater.inflate(pieces, { members, maxBytes }, (piece) => reader.take(piece));
    return reader.finish(inflated.members);
  } catch (thrown) {
    reader.discard();
    if (!isLogkeepError(thrown) || !isObjectFault(thrown)) throw thrown;
    return closed(object, reader.source, "quarantined", thrown.code, thrown.message, reader.inflatedBytes);
  }
}

/** A fault of the object itself, or of reading it alone: everything else must stop the run. */
export function isObjectFault(error: LogkeepError): boolean {
  return /^(?:inflate|object|frame)\./.test(error.code);
}

/** A closed object. */
export function closed(
  object: RoutedObject,
  source: Source | null,
  state: ClosedObject["state"],
  reason: string,
  detail: string,
  inflatedBytes: number | null = null,
): ClosedObject {
  return {
    kind: "closed",
    ref: object.ref,
    route: object.route,
    source: source ?? object.route.source,
    state,
    reason,
    detail,
    inflatedBytes,
    sha256: null,
    recordCount: null,
  };
}

/** Collects the head, then passes on the record area; keeps the last bytes for the cut. */
class RecordAreaReader {
  readonly #object: RoutedObject;
  readonly #sources: readonly Source[];
  readonly #choose: ChooseTarget;
  readonly #hash = createHash("sha256");
  #head: Buffer[] | null = [];
  #tail = Buffer.alloc(0);
  #file: SpoolFile | null = null;
  #framing: Framing | null = null;
  #written = 0;
  #arrayKey: string | null = null;
  #converter: ArrayWriter | null = null;
  source: Source | null = null;
  inflatedBytes = 0;

  constructor(object: RoutedObject, sources: readonly Source[], choose: ChooseTarget) {
    this.#object = object;
    this.#sources = sources;
    this.#choose = choose;
  }

  take(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.inflatedBytes += piece.byteLength;
    if (this.#head === null) {
      this.#pass(piece);
      return;
    }
    // Pieces are only valid during this call.
    this.#head.push(Buffer.from(piece));
    if (this.inflatedBytes >= HEAD_BYTES) this.#decide();
  }

  /** Recognises the source by the head; what the head holds of records is written. */
  #decide(): void {
    const head = Buffer.concat(this.#head ?? []);
    this.#head = null;
    const claimed = this.#object.route.source;
    const candidates = claimed === null ? this.#sources : [claimed];
    for (const source of candidates) {
      const framing = source.frame(head.subarray(0, HEAD_BYTES));
      if (framing === null) continue;
      this.source = source;
      this.#framing = framing;
      if (framing.kind === "json-array") this.#arrayKey = keyBefore(head.subarray(0, framing.start));
      const target = this.#choose(source, formatOf(framing));
      this.#file = target.folder.create(`${target.name}.${suffixOf(framing)}`);
      if (framing.kind === "json-object") this.#write(Buffer.from("["));
      this.#converter = converterOf(framing, (bytes) => this.#write(bytes));
      this.#pass(head.subarray(framingStart(framing)));
      return;
    }
    throw unrecognised(claimed);
  }

  #pass(piece: Uint8Array): void {
    if (this.#converter === null) this.#write(piece);
    else this.#converter.take(piece);
  }

  #write(piece: Uint8Array): void {
    this.#file?.write(piece);
    this.#written += piece.byteLength;
    const last = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).subarray(-TAIL_BYTES);
    this.#tail =
      last.byteLength >= TAIL_BYTES ? Buffer.from(last) : Buffer.concat([this.#tail, last]).subarray(-TAIL_BYTES);
  }

  finish(members: number): OpenedObject {
    if (this.inflatedBytes === 0) {
      throw new LogkeepError({ code: "object.empty", message: "the object inflates to nothing" });
    }
    if (this.#head !== null) this.#decide();
    if (this.#framing === null || this.source === null || this.#file === null) throw unrecognised(null);
    if (members > 1 && this.source.gzipMembers === "one") {
      throw new LogkeepError({ code: "inflate.extra-member", message: "a second gzip member follows the first" });
    }
    this.#converter?.end();
    const cut = this.#cut(this.#framing);
    this.#file.close(cut.spooledBytes);
    const framing = this.#framing;
    const envelope = framing.kind === "json-array" ? { ...framing.envelope, ...cut.envelope } : {};
    return {
      kind: "opened",
      ref: this.#object.ref,
      route: this.#object.route,
      source: this.source,
      format: formatOf(framing),
      path: this.#file.path,
      offsetBytes: offsetOf(framing),
      spooledBytes: cut.spooledBytes,
      inflatedBytes: this.inflatedBytes,
      sha256: this.#hash.digest("hex"),
      isEndKnown: cut.isEndKnown,
      arrayKey: this.#arrayKey,
      envelope: JSON.stringify({ ...envelope, ...(members > 1 ? { members: String(members) } : {}) }),
      largestRecordBytes: USUAL_RECORD_BYTES,
      rejects: [],
    };
  }

  /** Where the record area ends. A document that does not end as it should stays whole: the slow path decides. */
  #cut(framing: Framing): Cut {
    if (framing.kind === "json-object") this.#write(Buffer.from("]"));
    if (framing.kind !== "json-array") return { spooledBytes: this.#written, envelope: {}, isEndKnown: true };
    const tail = this.#arrayKey === null ? readBareTail(this.#tail) : readArrayTail(this.#tail);
    if (tail === null) return { spooledBytes: this.#written, envelope: {}, isEndKnown: false };
    return { spooledBytes: this.#written - tail.trailingBytes, envelope: tail.envelope, isEndKnown: true };
  }

  discard(): void {
    this.#file?.close(0);
    this.#file = null;
  }
}

interface Cut {
  readonly spooledBytes: number;
  readonly envelope: Readonly<Record<string, string>>;
  readonly isEndKnown: boolean;
}

/** The key that ends the bytes before its value; null where there is none. */
function keyBefore(bytes: Buffer): string | null {
  return /"((?:[^"\\]|\\.)*)"\s*:\s*$/.exec(bytes.toString("utf8"))?.[1] ?? null;
}

function unrecognised(claimed: Source | null): LogkeepError {
  return claimed === null
    ? new LogkeepError({ code: "frame.no-source", message: "no log source knows this content" })
    : new LogkeepError({
        code: "frame.unexpected-content",
        message: "the content is not what the key says",
        facts: { source: claimed.id },
      });
}

function framingStart(framing: Framing): number {
  return framing.kind === "json-array" || framing.kind === "delimited" || framing.kind === "csv" ? framing.start : 0;
}

function offsetOf(framing: Framing): number | null {
  if (framing.kind === "csv") return null;
  // One bracket was written before.
  return framing.kind === "json-object" || framing.kind === "json-lines" ? -1 : framingStart(framing);
}

/** What makes an array of the bytes; null where they are one, or none. */
function converterOf(framing: Framing, write: (bytes: Uint8Array) => void): ArrayWriter | null {
  if (framing.kind === "json-lines") return linesToArray(write);
  return framing.kind === "csv" ? csvToArray(framing.column, write) : null;
}

function suffixOf(framing: Framing): string {
  switch (framing.kind) {
    case "json-array":
    case "json-object":
    case "json-lines":
    case "csv":
      return "jsn";
    case "delimited":
      return "txt";
    case "parquet":
      return "pqt";
    default:
      return framing satisfies never;
  }
}

function formatOf(framing: Framing): SpoolFormat {
  switch (framing.kind) {
    case "json-array":
      return { kind: "json-array", path: [] };
    case "json-object":
      return { kind: "json-array", path: framing.path };
    case "json-lines":
      return { kind: "json-array", path: framing.path, isText: framing.path.length > 0 };
    case "csv":
      return { kind: "json-array", path: [], isText: true };
    case "delimited":
      return { kind: "delimited", columns: framing.columns };
    case "parquet":
      return { kind: "parquet", columns: [] };
    default:
      return framing satisfies never;
  }
}
