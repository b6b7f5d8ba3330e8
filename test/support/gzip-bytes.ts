import { crc32, createGzip, deflateRawSync } from "node:zlib";

/** What a hand-made gzip member's header holds. */
export interface MemberHeader {
  readonly extra?: Uint8Array;
  readonly name?: string;
  readonly comment?: string;
  readonly checksum?: boolean;
  readonly reserved?: boolean;
  readonly method?: number;
}

/** One gzip member with a header as wished (RFC 1952). */
export function gzipMember(content: Uint8Array, header: MemberHeader = {}): Buffer {
  const parts = [Buffer.from([0x1f, 0x8b, header.method ?? 8, flagsOf(header), 0, 0, 0, 0, 0, 255])];
  if (header.extra !== undefined) {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(header.extra.length);
    parts.push(length, Buffer.from(header.extra));
  }
  for (const text of [header.name, header.comment]) {
    if (text !== undefined) parts.push(Buffer.from(`${text}\0`, "latin1"));
  }
  if (header.checksum === true) {
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(crc32(Buffer.concat(parts)) & 0xffff);
    parts.push(checksum);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, deflateRawSync(content), trailer]);
}

/** One gzip member that inflates to `sizeBytes` zeros, about a thousandth of that in size. */
export async function gzipBomb(sizeBytes: number): Promise<Buffer> {
  const zeros = Buffer.alloc(1024 * 1024);
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise((resolve) => gzip.once("end", resolve));
  for (let left = sizeBytes; left > 0; left -= zeros.length) {
    await new Promise((resolve) => gzip.write(zeros.subarray(0, left), resolve));
  }
  gzip.end();
  await ended;
  return Buffer.concat(parts);
}

/**
 * About 10 MB that claim to inflate to 10 GB: the deflate data of one small bomb without its last block, many times.
 * Its end is missing, which nobody who stops in time will ever see.
 */
export function endlessBomb(): Buffer {
  const block = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), { finishFlush: 3 });
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([header, ...Array.from({ length: 640 }, () => block)]);
}

function flagsOf(header: MemberHeader): number {
  const flags = [
    header.checksum === true ? 0x02 : 0,
    header.extra === undefined ? 0 : 0x04,
    header.name === undefined ? 0 : 0x08,
    header.comment === undefined ? 0 : 0x10,
    header.reserved === true ? 0x80 : 0,
  ];
  return flags.reduce((sum, flag) => sum + flag, 0);
}
