import { crc32 } from "node:zlib";

/** Whether bytes start with a whole gzip member header; `length` is where its deflate data starts. */
export type GzipHeader =
  | { readonly kind: "whole"; readonly length: number }
  | { readonly kind: "incomplete" }
  | { readonly kind: "bad"; readonly reason: string };

const FIXED_BYTES = 10;
const DEFLATE = 8;
const FLAG_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAG_RESERVED = 0xe0;

// The extra field ends at 64 KiB by its length's type; name and comment have no end of their own.
const MAX_HEADER_BYTES = 256 * 1024;

/** Whether bytes start with gzip's two magic bytes. */
export function startsLikeGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Reads one member's header (RFC 1952, 2.3). Reserved flags are an error there, as is a header checksum that is wrong. */
export function readGzipHeader(bytes: Uint8Array): GzipHeader {
  const header = readFields(bytes);
  const reach = header.kind === "whole" ? header.length : bytes.length;
  if (header.kind !== "bad" && reach > MAX_HEADER_BYTES) return { kind: "bad", reason: "header too long" };
  return header;
}

function readFields(bytes: Uint8Array): GzipHeader {
  const method = bytes[2];
  const flags = bytes[3];
  if (method !== undefined && method !== DEFLATE) return { kind: "bad", reason: "unknown compression method" };
  if (flags === undefined) return { kind: "incomplete" };
  if ((flags & FLAG_RESERVED) !== 0) return { kind: "bad", reason: "reserved header flags" };
  let at = FIXED_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) {
    const low = bytes[at];
    const high = bytes[at + 1];
    if (low === undefined || high === undefined) return { kind: "incomplete" };
    at += 2 + low + 256 * high;
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return { kind: "incomplete" };
    at = end + 1;
  }
  if ((flags & FLAG_CRC) !== 0) {
    const low = bytes[at];
    const high = bytes[at + 1];
    if (low === undefined || high === undefined) return { kind: "incomplete" };
    if ((crc32(bytes.subarray(0, at)) & 0xffff) !== low + 256 * high) {
      return { kind: "bad", reason: "wrong header checksum" };
    }
    at += 2;
  }
  return at > bytes.length ? { kind: "incomplete" } : { kind: "whole", length: at };
}
