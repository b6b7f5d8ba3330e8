/** A source of reproducible randomness: the same seed text gives the same sequence on every machine. */
export interface Random {
  /** A whole number in [0, 2^32). */
  readonly u32: () => number;
  /** A number in [0, 1). */
  readonly float: () => number;
  /** A whole number in [0, below). */
  readonly below: (below: number) => number;
  /** A whole number in [from, to], both included. */
  readonly between: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** Lower-case hexadecimal digits. */
  readonly hex: (length: number) => string;
  /** A version 4 UUID. */
  readonly uuid: () => string;
  /** Letters of both cases and digits. */
  readonly alnum: (length: number) => string;
  /** Upper-case base-32 letters and digits, as in access key and principal ids. */
  readonly upper: (length: number) => string;
  /** Base64 of random bytes; the length is that of the text. */
  readonly base64: (length: number) => string;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Starts a generator from texts and numbers (a seed and what it is for), so that parts of a run draw independently:
 * one more draw here changes nothing there. The generator is sfc32 (Chris Doty-Humphrey, public domain, PractRand):
 * 32-bit operations only, which JavaScript does exactly.
 */
export function startRandom(...seed: readonly (string | number)[]): Random {
  let [a, b, c] = mixSeed(seed.join("\u001f"));
  let counter = 1;
  const u32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // The first values after seeding are still close to the seed.
  for (let round = 0; round < 12; round++) u32();
  const float = (): number => u32() / 4294967296;
  const below = (limit: number): number => Math.floor(float() * limit);
  const letters = (alphabet: string, length: number): string => {
    let text = "";
    for (let at = 0; at < length; at++) text += alphabet[below(alphabet.length)];
    return text;
  };
  const hex = (length: number): string => {
    let text = "";
    while (text.length < length) text += wordToHex(u32());
    return text.length === length ? text : text.slice(0, length);
  };
  return {
    u32,
    float,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => float() < probability,
    pick: (choices) => {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new RangeError("cannot pick from nothing");
      return choice;
    },
    hex,
    uuid: () => {
      const [w, x, y, z] = [u32(), u32(), u32(), u32()];
      const middle = wordToHex((x & 0xffff0fff) | 0x4000);
      const variant = wordToHex((y & 0x3fffffff) | 0x80000000);
      return `${wordToHex(w)}-${middle.slice(0, 4)}-${middle.slice(4)}-${variant.slice(0, 4)}-${variant.slice(4)}${wordToHex(z)}`;
    },
    alnum: (length) => letters(ALNUM, length),
    upper: (length) => letters(UPPER, length),
    base64: (length) => letters(BASE64, length),
  };
}

function wordToHex(word: number): string {
  return `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
}

/** Three FNV-1a hashes with different offsets, each finished with MurmurHash3's mixer. */
function mixSeed(text: string): [number, number, number] {
  return [mix(text, 0x811c9dc5), mix(text, 0x9e3779b9), mix(text, 0x85ebca6b)];
}

function mix(text: string, offset: number): number {
  let hash = offset;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
