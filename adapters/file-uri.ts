// Unreserved characters (RFC 3986, 2.3), and those of the others that keys are full of and that no path reader obeys.
const PLAIN = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/=+:@,"));

/** The `file:` URI of an absolute path given as bytes: names on a file system need not be UTF-8. */
export function toFileUri(path: Uint8Array): string {
  let uri = "file://";
  for (const byte of path) {
    uri += PLAIN.has(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return uri;
}

/** The path's bytes, or null where the text is not what `toFileUri` gives. */
export function fromFileUri(uri: string): Buffer | null {
  if (!uri.startsWith("file:///")) return null;
  const bytes: number[] = [];
  for (let at = "file://".length; at < uri.length; at += 1) {
    const code = uri.charCodeAt(at);
    if (code !== 0x25) {
      if (!PLAIN.has(code)) return null;
      bytes.push(code);
      continue;
    }
    const digits = uri.slice(at + 1, at + 3);
    if (!/^[0-9A-F]{2}$/.test(digits)) return null;
    bytes.push(Number.parseInt(digits, 16));
    at += 2;
  }
  return Buffer.from(bytes);
}
