import { Buffer } from "node:buffer";

/** How a rule's text is spelled before base64. */
export type TextEncoding = "utf8" | "utf16le" | "utf16be" | "utf16";

/** The bytes of a text; `utf16` starts with the byte order mark FF FE. */
export function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  switch (encoding) {
    case "utf8":
      return Buffer.from(text, "utf8");
    case "utf16le":
      return Buffer.from(text, "utf16le");
    case "utf16be":
      return Buffer.from(text, "utf16le").swap16();
    case "utf16":
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  }
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

const START_OFFSETS = [0, 2, 3] as const;
const END_CUTS = [0, 3, 2] as const;

/**
 * The three texts as which the bytes show up inside a longer base64 text, by their place in it: the characters that
 * also depend on the neighbouring bytes are cut off. Counted in bytes, so that text outside ASCII comes out right.
 */
export function toBase64Offsets(bytes: Uint8Array): readonly string[] {
  return START_OFFSETS.map((start, shift) => {
    const text = Buffer.concat([Buffer.alloc(shift, 0x20), bytes]).toString("base64");
    return text.slice(start, text.length - (END_CUTS[(bytes.length + shift) % 3] ?? 0));
  });
}

const DASHES = ["-", "/", "\u2013", "\u2014", "\u2015"] as const;

/**
 * A text with each of its option dashes (`-` or `/` that no word character precedes and one follows) written in all
 * the ways that Windows programs accept; null when that is more than `limit` texts.
 */
export function windashVariants(text: string, limit: number): readonly string[] | null {
  const [first = "", ...rest] = text.split(/\B[-/]\b/);
  if (DASHES.length ** rest.length > limit) return null;
  return rest.reduce<readonly string[]>(
    (prefixes, piece) => prefixes.flatMap((prefix) => DASHES.map((dash) => prefix + dash + piece)),
    [first],
  );
}
