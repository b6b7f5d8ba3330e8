import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import avsc from "avsc";
import { corruptFile } from "./errors.ts";

const MAGIC = Buffer.from("Obj\u0001", "latin1");
const SYNC_BYTES = 16;

/** An Avro schema as JSON, `field-id` attributes included. */
export type AvroSchema = Readonly<Record<string, unknown>>;

/** An Avro object file, decoded. */
export interface AvroFile {
  /** The header's metadata, `avro.schema` and `avro.codec` included. */
  readonly header: ReadonlyMap<string, string>;
  readonly records: readonly unknown[];
}

/**
 * Writes an Avro object container file (https://avro.apache.org/docs/1.11.1/specification/#object-container-files).
 * The header carries the schema as given: avsc's own writer would drop the `field-id` attributes that Iceberg needs.
 * Equal input gives equal bytes: the sync marker is a hash of the content.
 */
export function encodeAvroFile(
  schema: AvroSchema,
  header: Readonly<Record<string, string>>,
  records: readonly unknown[],
): Uint8Array {
  const type = typeFor(schema);
  const metadata = { ...header, "avro.schema": JSON.stringify(schema), "avro.codec": "deflate" };
  const body = deflateRawSync(Buffer.concat(records.map((record) => type.toBuffer(record))));
  const sync = createHash("sha256").update(JSON.stringify(metadata)).update(body).digest().subarray(0, SYNC_BYTES);
  const block = [encodeLong(records.length), encodeLong(body.length), body, sync];
  return Buffer.concat([MAGIC, encodeMap(metadata), sync, ...(records.length === 0 ? [] : block)]);
}

/** Readers made for schemas so far: making one costs as much as reading twenty entries. */
export type AvroReaders = Map<string, avsc.Type>;

/** Reads a container file with the schema in its header. Throws `lake.corrupt-metadata`. */
export function decodeAvroFile(path: string, bytes: Uint8Array, readers: AvroReaders = new Map()): AvroFile {
  try {
    return decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), readers);
  } catch (cause) {
    throw corruptFile(path, "not an Avro file", cause);
  }
}

function decode(bytes: Buffer, readers: AvroReaders): AvroFile {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError("no Avro magic");
  const cursor = { bytes, at: MAGIC.length };
  const header = readMap(cursor);
  const sync = readBytes(cursor, SYNC_BYTES);
  const schema = header.get("avro.schema") ?? "null";
  const type = readers.get(schema) ?? typeFor(JSON.parse(schema));
  readers.set(schema, type);
  const codec = header.get("avro.codec") ?? "null";
  if (codec !== "null" && codec !== "deflate") throw new RangeError("an unknown Avro codec");
  const records: unknown[] = [];
  while (cursor.at < bytes.length) {
    const count = readLong(cursor);
    const stored = readBytes(cursor, readLong(cursor));
    readRecords(type, codec === "deflate" ? inflateRawSync(stored) : stored, count, records);
    if (!readBytes(cursor, SYNC_BYTES).equals(sync)) throw new RangeError("a sync marker is missing");
  }
  return { header, records };
}

function readRecords(type: avsc.Type, body: Buffer, count: number, into: unknown[]): void {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const { value, offset } = type.decode(body, at);
    if (offset < 0) throw new RangeError("a record is cut short");
    into.push(value);
    at = offset;
  }
}

function typeFor(schema: unknown): avsc.Type {
  // Unions are read and written as bare values; the schema is JSON, which avsc's own type of it does not admit.
  return avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: false, noAnonymousTypes: false });
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function readBytes(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (length < 0 || end > cursor.bytes.length) throw new RangeError("the file is cut short");
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

/** Zigzag varint, as in the Avro spec. */
function readLong(cursor: Cursor): number {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = readBytes(cursor, 1)[0] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) break;
    if (shift > 63n) throw new RangeError("a number is too long");
  }
  return Number((value >> 1n) ^ -(value & 1n));
}

function encodeLong(value: number): Buffer {
  let rest = BigInt(value) * 2n;
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function readMap(cursor: Cursor): Map<string, string> {
  const map = new Map<string, string>();
  for (;;) {
    let count = readLong(cursor);
    if (count === 0) return map;
    if (count < 0) {
      // A negative count is followed by the block's size in bytes.
      count = -count;
      readLong(cursor);
    }
    for (let index = 0; index < count; index += 1) {
      const key = readBytes(cursor, readLong(cursor)).toString("utf8");
      map.set(key, readBytes(cursor, readLong(cursor)).toString("utf8"));
    }
  }
}

function encodeMap(entries: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(entries).flatMap(([key, value]) => [encodeText(key), encodeText(value)]);
  return Buffer.concat([encodeLong(Object.keys(entries).length), ...parts, encodeLong(0)]);
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([encodeLong(bytes.length), bytes]);
}
