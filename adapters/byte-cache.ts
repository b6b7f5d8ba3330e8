/** Small contents by name, the least recently used ones forgotten first. Contents are copied in and out. */
export interface ByteCache {
  get(name: string): Uint8Array | null;
  put(name: string, content: Uint8Array): void;
  remove(name: string): void;
}

/** An empty cache. What is larger than a tenth of it is not kept. */
export function createByteCache(maxBytes: number): ByteCache {
  // A map keeps the order in which its keys were set.
  const contents = new Map<string, Uint8Array>();
  let bytes = 0;
  const remove = (name: string) => {
    bytes -= contents.get(name)?.byteLength ?? 0;
    contents.delete(name);
  };
  return {
    get(name) {
      const content = contents.get(name);
      if (content === undefined) return null;
      contents.delete(name);
      contents.set(name, content);
      return Buffer.from(content);
    },
    put(name, content) {
      remove(name);
      if (content.byteLength > maxBytes / 10) return;
      contents.set(name, Buffer.from(content));
      bytes += content.byteLength;
      for (const oldest of contents.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
    },
    remove,
  };
}
