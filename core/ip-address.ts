/** Inclusive bounds of a network, in the notation of `ipSortKey`. */
export interface AddressBounds {
  readonly low: string;
  readonly high: string;
}

/** Digits of one octet, no leading zeros: `010` is ten to some readers and eight to others, so it is no address. */
const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/** Canonical dotted IPv4, usable in RE2 and in JavaScript. */
export const IPV4_PATTERN = `${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}`;

const IPV4 = new RegExp(`^${IPV4_PATTERN}$`);

/**
 * An address as text whose order is the addresses' order: `4` and 8 hex digits, or `6` and 32. IPv6 that maps IPv4
 * (`::ffff:192.0.2.1`) counts as that IPv4 address. Null for what is no address: `sourceIPAddress` is often a name.
 */
export function ipSortKey(text: string): string | null {
  const bytes = parseBytes(text);
  return bytes === null ? null : sortKey(bytes);
}

/** The bounds of `192.0.2.0/24`, of a single address, or of their IPv6 like; null when the text is neither. */
export function cidrBounds(text: string): AddressBounds | null {
  const slash = text.indexOf("/");
  const bytes = parseBytes(slash < 0 ? text : text.slice(0, slash), true);
  if (bytes === null) return null;
  const lengthText = slash < 0 ? String(bytes.length * 8) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText)) return null;
  const length = Number(lengthText);
  if (length > bytes.length * 8) return null;
  const low = bytes.map((byte, index) => byte & maskByte(length, index));
  const high = bytes.map((byte, index) => byte | (~maskByte(length, index) & 0xff));
  return { low: sortKey(low), high: sortKey(high) };
}

function parseBytes(text: string, keepMapped = false): readonly number[] | null {
  if (IPV4.test(text)) return text.split(".").map(Number);
  const bytes = parseIpv6(text);
  if (bytes === null || keepMapped) return bytes;
  const isMapped = bytes.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff));
  return isMapped ? bytes.slice(12) : bytes;
}

/** RFC 4291, section 2.2; no zone (`%eth0` means something on one machine only). Libraries disagree at the edges. */
function parseIpv6(text: string): readonly number[] | null {
  if (text.length > 45 || !/^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text)) return null;
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const octets = IPV4.test(tail) ? tail.split(".").map(Number) : null;
  const [a = 0, b = 0, c = 0, d = 0] = octets ?? [];
  const lastWords = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  const hextets = octets === null ? text : text.slice(0, text.length - tail.length) + lastWords;
  const [head = "", rest, ...more] = hextets.split("::");
  if (more.length > 0) return null;
  const wordsOf = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const [left, right] = [wordsOf(head), wordsOf(rest ?? "")];
  const missing = 8 - left.length - right.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return null;
  const words = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return null;
  return words.flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
}

function sortKey(bytes: readonly number[]): string {
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${bytes.length === 4 ? "4" : "6"}${hex}`;
}

function maskByte(length: number, index: number): number {
  const bits = Math.max(0, Math.min(8, length - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}
