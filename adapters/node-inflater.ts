import { crc32, type InflateRaw, inflateRawSync } from "node:zlib";
import type { Inflated, InflateLimits, Inflater } from "../core/inflater.ts";
import { checkTrailer, checkWhatFollows, emitPieces, type OnPiece, readUint32, TRAILER_BYTES } from "./gzip-checks.ts";
import { readGzipHeader, startsLikeGzip } from "./gzip-header.ts";
import { inflateError, wrapZlibError } from "./inflate-errors.ts";
import { closeQuietly, gatherInput, iteratePieces, readWhole } from "./inflate-input.ts";
import { inflateLong } from "./node-inflate-stream.ts";

/** Inputs up to here are inflated in one synchronous call; longer ones are streamed. */
export const MAX_WHOLE_INPUT_BYTES = 8 * 1024 * 1024;

// What one synchronous call may hold in memory; an input that inflates to more is streamed after all.
const MAX_WHOLE_OUTPUT_BYTES = 64 * 1024 * 1024;

// The most that deflate can make of one byte (zlib's technical notes: 1032 to 1).
const MAX_RATIO = 1032;

// zlib's fast loop wants 258 bytes of room; without them the last symbols cost a second buffer and a copy.
const SPARE_BYTES = 512;

const FREED_BYTES = 65_536;

/**
 * Inflates with Node's own zlib. Headers, checksums and lengths are checked here (RFC 1952), because `zlib.gunzip`
 * reads on into a second member without saying so.
 */
export function nodeInflater(): Inflater {
  return {
    name: "node:zlib",
    async inflate(pieces, limits, onPiece) {
      const iterator = iteratePieces(pieces);
      try {
        const input = await gatherInput(iterator, MAX_WHOLE_INPUT_BYTES);
        if (input.kind === "long") return await inflateLong(input.reader, limits, onPiece);
        return await inflateWhole(input.bytes, limits, onPiece);
      } catch (cause) {
        await closeQuietly(iterator);
        throw cause;
      }
    },
  };
}

/** Inflates an input that is all in memory; see `Inflater.inflate`. */
export async function inflateWhole(bytes: Uint8Array, limits: InflateLimits, onPiece: OnPiece): Promise<Inflated> {
  if (isPlain(bytes)) return passThrough(bytes, limits, onPiece);
  const members = inflateMembers(bytes, limits);
  if (members === null) return inflateLong(readWhole(bytes), limits, onPiece);
  let inflatedBytes = 0;
  for (const member of members) {
    emitPieces(member, onPiece);
    inflatedBytes += member.length;
    freeNow(member);
  }
  return { encoding: "gzip", inflatedBytes, members: members.length };
}

/**
 * Gives large memory back at once. Left to the garbage collector, 64 MB of buffers bring on a marking of the whole heap:
 * twentieths of an ingest's time, on the cores that the SQL engines use.
 */
function freeNow(bytes: Uint8Array): void {
  // A smaller one may be a part of Node's pool, which others use.
  if (bytes.buffer.byteLength > FREED_BYTES && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}

/** No log starts with gzip's first magic byte, a control character: alone it is what is left of a cut object. */
function isPlain(bytes: Uint8Array): boolean {
  return bytes.length === 1 ? bytes[0] !== 0x1f : bytes.length > 1 && !startsLikeGzip(bytes);
}

function passThrough(bytes: Uint8Array, limits: InflateLimits, onPiece: OnPiece): Inflated {
  if (bytes.length > limits.maxBytes) throw inflateError("too-large", { maxBytes: limits.maxBytes });
  emitPieces(bytes, onPiece);
  return { encoding: "plain", inflatedBytes: bytes.length, members: 0 };
}

/** Every member's inflated bytes, or null when they are more than may be held at once. */
function inflateMembers(bytes: Uint8Array, limits: InflateLimits): readonly Uint8Array[] | null {
  if (bytes.length === 0) throw inflateError("empty");
  const members: Uint8Array[] = [];
  let inflatedBytes = 0;
  let at = 0;
  // The last member's length field is the first one's where there is just one, which is nearly always.
  let expectedBytes = bytes.length < 4 ? 0 : readUint32(bytes, bytes.length - 4);
  while (at < bytes.length) {
    const rest = bytes.subarray(at);
    const room = Math.min(limits.maxBytes, MAX_WHOLE_OUTPUT_BYTES) - inflatedBytes;
    const member = inflateMember(rest, expectedBytes, room);
    if (member === null) {
      if (limits.maxBytes > MAX_WHOLE_OUTPUT_BYTES) return null;
      throw inflateError("too-large", { maxBytes: limits.maxBytes });
    }
    members.push(member.inflated);
    inflatedBytes += member.inflated.length;
    expectedBytes = member.inflated.length;
    at += member.sizeBytes;
    checkWhatFollows(bytes.subarray(at, at + 2), limits, members.length);
  }
  return members;
}

interface Member {
  readonly inflated: Uint8Array;
  /** Of the member with header and trailer. */
  readonly sizeBytes: number;
}

function inflateMember(rest: Uint8Array, expectedBytes: number, roomBytes: number): Member | null {
  const header = readGzipHeader(rest);
  if (header.kind === "incomplete") throw inflateError("truncated");
  if (header.kind === "bad") throw inflateError("corrupt", { reason: header.reason });
  const body = rest.subarray(header.length);
  const raw = inflateBody(body, expectedBytes, roomBytes);
  if (raw === null || raw.inflated.length > roomBytes) return null;
  const trailer = body.subarray(raw.consumedBytes, raw.consumedBytes + TRAILER_BYTES);
  checkTrailer(trailer, crc32(raw.inflated), raw.inflated.length);
  return { inflated: raw.inflated, sizeBytes: header.length + raw.consumedBytes + TRAILER_BYTES };
}

interface Raw {
  readonly inflated: Uint8Array;
  readonly consumedBytes: number;
}

function inflateBody(body: Uint8Array, expectedBytes: number, roomBytes: number): Raw | null {
  // With one buffer of the right size nothing is copied. The length field is the writer's word: it only sizes a buffer.
  const likely = Math.min(expectedBytes, body.length * MAX_RATIO, roomBytes) + SPARE_BYTES;
  try {
    const options = { info: true, chunkSize: Math.max(likely, 4096), maxOutputLength: roomBytes + 1 };
    const result: unknown = inflateRawSync(body, options);
    // With `info` the call gives `{ buffer, engine }`, which Node's types leave out.
    const { buffer, engine } = result as { readonly buffer: Buffer; readonly engine: InflateRaw };
    return { inflated: buffer, consumedBytes: engine.bytesWritten };
  } catch (cause) {
    if (cause instanceof RangeError && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") return null;
    throw wrapZlibError(cause);
  }
}
