import type { InflateLimits } from "../core/inflater.ts";
import { startsLikeGzip } from "./gzip-header.ts";
import { inflateError } from "./inflate-errors.ts";

/** Receives inflated bytes; they are only valid during the call. */
export type OnPiece = (piece: Uint8Array) => void;

/** Pieces that are handed on are at most this long, so that a caller's own buffers stay small. */
export const MAX_PIECE_BYTES = 1024 * 1024;

/** CRC-32 and length of the inflated bytes, four each, little endian. */
export const TRAILER_BYTES = 8;

/** Checks a member's trailer against what was inflated. */
export function checkTrailer(trailer: Uint8Array, checksum: number, inflatedBytes: number): void {
  if (trailer.length < TRAILER_BYTES) throw inflateError("truncated");
  if (readUint32(trailer, 0) !== checksum) throw inflateError("corrupt", { reason: "wrong checksum" });
  if (readUint32(trailer, 4) !== inflatedBytes % 2 ** 32) throw inflateError("corrupt", { reason: "wrong length" });
}

/** Decides from the (at most two) bytes after a member whether another may follow. */
export function checkWhatFollows(next: Uint8Array, limits: InflateLimits, members: number): void {
  if (next.length === 0) return;
  // A lone first magic byte is what is left of a member that was cut.
  const isMember = startsLikeGzip(next) || (limits.members === "many" && next.length === 1 && next[0] === 0x1f);
  if (!isMember) throw inflateError("trailing-bytes", { members });
  if (limits.members === "one") throw inflateError("extra-member", { members });
}

/** Hands bytes on in pieces of at most `MAX_PIECE_BYTES`, without copying. */
export function emitPieces(bytes: Uint8Array, onPiece: OnPiece): void {
  for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) onPiece(bytes.subarray(at, at + MAX_PIECE_BYTES));
}

/** Four bytes, little endian. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
