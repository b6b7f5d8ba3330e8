import { crc32, createInflateRaw } from "node:zlib";
import type { Inflated, InflateLimits } from "../core/inflater.ts";
import { checkTrailer, checkWhatFollows, emitPieces, type OnPiece, TRAILER_BYTES } from "./gzip-checks.ts";
import { readGzipHeader, startsLikeGzip } from "./gzip-header.ts";
import { inflateError, wrapZlibError } from "./inflate-errors.ts";
import type { PieceReader } from "./inflate-input.ts";

const OUTPUT_BYTES = 256 * 1024;

/** Inflates an input of any length, holding a few hundred kilobytes of it; see `Inflater.inflate`. */
export async function inflateLong(reader: PieceReader, limits: InflateLimits, onPiece: OnPiece): Promise<Inflated> {
  let inflatedBytes = 0;
  const onInflated: OnPiece = (piece) => {
    inflatedBytes += piece.length;
    if (inflatedBytes > limits.maxBytes) throw inflateError("too-large", { maxBytes: limits.maxBytes });
    emitPieces(piece, onPiece);
  };
  const magic = await reader.peek(2);
  if (!startsLikeGzip(magic)) {
    await passLong(reader, onInflated);
    return { encoding: "plain", inflatedBytes, members: 0 };
  }
  for (let members = 1; ; members += 1) {
    await skipHeader(reader);
    const { checksum, sizeBytes } = await inflateMember(reader, onInflated);
    const trailer = await reader.peek(TRAILER_BYTES);
    checkTrailer(trailer.subarray(0, TRAILER_BYTES), checksum, sizeBytes);
    await skip(reader, TRAILER_BYTES);
    const following = await reader.peek(2);
    if (following.length === 0) return { encoding: "gzip", inflatedBytes, members };
    checkWhatFollows(following.subarray(0, 2), limits, members);
  }
}

async function passLong(reader: PieceReader, onPiece: OnPiece): Promise<void> {
  for (let piece = await reader.next(); piece !== null; piece = await reader.next()) onPiece(piece);
}

async function skipHeader(reader: PieceReader): Promise<void> {
  for (let wantedBytes = 64; ; wantedBytes *= 2) {
    const seen = await reader.peek(wantedBytes);
    const header = readGzipHeader(seen);
    if (header.kind === "bad") throw inflateError("corrupt", { reason: header.reason });
    if (header.kind === "whole") return skip(reader, header.length);
    if (seen.length < wantedBytes) throw inflateError("truncated");
  }
}

async function skip(reader: PieceReader, sizeBytes: number): Promise<void> {
  const seen = await reader.peek(sizeBytes);
  const front = await reader.next();
  // `peek` leaves what it gave as the next piece.
  if (front !== null && front.length === seen.length) reader.unread(front.subarray(sizeBytes));
}

interface InflatedMember {
  readonly checksum: number;
  readonly sizeBytes: number;
}

/** Feeds one member's deflate data; what the data did not want is put back. */
async function inflateMember(reader: PieceReader, onPiece: OnPiece): Promise<InflatedMember> {
  const engine = createInflateRaw({ chunkSize: OUTPUT_BYTES });
  let checksum = 0;
  let sizeBytes = 0;
  // An exception inside an event handler would end the process: it becomes the stream's error.
  engine.on("data", (piece: Buffer) => {
    if (engine.destroyed) return;
    try {
      checksum = crc32(piece, checksum);
      sizeBytes += piece.length;
      onPiece(piece);
    } catch (cause) {
      engine.destroy(cause instanceof Error ? cause : new Error("a receiver of pieces failed"));
    }
  });
  const failed = new Promise<never>((_, reject) => engine.once("error", reject));
  const ended = new Promise<void>((resolve) => engine.once("end", resolve));
  // Both are raced below; a failure between two races must not count as unhandled.
  failed.catch(() => undefined);
  try {
    for (let fedBytes = 0; ; ) {
      const piece = await reader.next();
      // A trailer has to follow, so data that ends with the input was cut, whether or not its last block was seen.
      if (piece === null) throw inflateError("truncated");
      await Promise.race([failed, new Promise<void>((resolve) => engine.write(piece, () => resolve()))]);
      fedBytes += piece.length;
      const unwantedBytes = fedBytes - engine.bytesWritten;
      if (unwantedBytes === 0) continue;
      await Promise.race([failed, ended]);
      reader.unread(piece.subarray(piece.length - unwantedBytes));
      return { checksum, sizeBytes };
    }
  } catch (cause) {
    throw isZlibError(cause) ? wrapZlibError(cause) : cause;
  } finally {
    engine.destroy();
  }
}

function isZlibError(cause: unknown): boolean {
  return cause instanceof Error && "errno" in cause && "code" in cause && String(cause.code).startsWith("Z_");
}
