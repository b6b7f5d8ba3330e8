import { createHash, randomBytes } from "node:crypto";
import { constants, gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { isLogkeepError } from "../../core/errors.ts";
import type { Inflated, Inflater, MemberPolicy } from "../../core/inflater.ts";
import { endlessBomb, gzipBomb, gzipMember } from "./gzip-bytes.ts";

const MEGABYTE = 1024 * 1024;
const TEXT = Buffer.from(
  JSON.stringify({ Records: Array.from({ length: 40 }, (_, at) => ({ at, eventName: `E${at % 7}` })) }),
);

/** What every inflater promises, whole or in pieces of any size. */
export function describeInflater(name: string, open: () => Promise<Inflater>): void {
  describe(name, () => {
    let inflater: Inflater;
    beforeAll(async () => {
      inflater = await open();
    });

    const inflate = (bytes: Uint8Array, members: MemberPolicy = "one", pieceBytes = 0, maxBytes = 64 * MEGABYTE) =>
      collect(inflater, cut(bytes, pieceBytes), members, maxBytes);
    const codeOf = (bytes: Uint8Array, members: MemberPolicy = "one", pieceBytes = 0, maxBytes?: number) =>
      codeFrom(inflate(bytes, members, pieceBytes, maxBytes));

    test("default: gives a member's bytes, whichever way they come", async () => {
      for (const pieceBytes of [0, 1, 7, 1000]) {
        for (const members of ["one", "many"] as const) {
          const found = await inflate(gzipSync(TEXT), members, pieceBytes);
          expect(found.text.equals(TEXT)).toBe(true);
          expect(found.inflated).toEqual({ encoding: "gzip", inflatedBytes: TEXT.length, members: 1 });
        }
      }
    });

    test("behavior: bytes without gzip's magic pass through", async () => {
      for (const bytes of [Buffer.from("{}"), Buffer.from("x"), Buffer.from("PAR1 PAR1"), Buffer.from([0x1f, 0x20])]) {
        const found = await inflate(bytes);
        expect(found.text.equals(bytes)).toBe(true);
        expect(found.inflated).toEqual({ encoding: "plain", inflatedBytes: bytes.length, members: 0 });
      }
    });

    test("behavior: any bytes survive gzip at any level, in any pieces", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 3000 }),
          fc.integer({ min: 0, max: 9 }),
          fc.nat(900),
          async (bytes, level, piece) => {
            const found = await inflate(gzipSync(bytes, { level }), "one", piece);
            expect(found.text.equals(bytes)).toBe(true);
          },
        ),
        { numRuns: 60 },
      );
    });

    test("behavior: large and incompressible members arrive whole", async () => {
      const random = randomBytes(3 * MEGABYTE);
      const text = Buffer.alloc(20 * MEGABYTE, TEXT);
      for (const bytes of [
        random,
        text,
        Buffer.alloc(128 * 1024),
        Buffer.alloc(128 * 1024 + 1),
        Buffer.alloc(33 * MEGABYTE),
      ]) {
        for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED]) {
          const found = await inflate(gzipSync(bytes, { level: 1, strategy }), "one", 0);
          expect(sha256(found.text)).toBe(sha256(bytes));
          expect(Math.max(...found.pieceSizes)).toBeLessThanOrEqual(MEGABYTE);
        }
      }
    });

    test("behavior: inputs too long to be held are streamed", async () => {
      const random = randomBytes(9 * MEGABYTE);
      for (const pieceBytes of [0, 65_536, 1_000_003]) {
        const found = await inflate(gzipSync(random, { level: 0 }), "one", pieceBytes);
        expect(sha256(found.text)).toBe(sha256(random));
        expect(found.inflated.members).toBe(1);
        const twice = Buffer.concat([gzipSync(random, { level: 0 }), gzipSync(TEXT)]);
        expect((await inflate(twice, "many", pieceBytes)).inflated.members).toBe(2);
        expect(await codeOf(twice, "one", pieceBytes)).toBe("inflate.extra-member");
        expect(await codeOf(twice.subarray(0, -1), "many", pieceBytes)).toBe("inflate.truncated");
      }
      const plain = Buffer.concat([Buffer.from("{"), random]);
      expect(sha256((await inflate(plain, "one", 65_536)).text)).toBe(sha256(plain));
    });

    test("behavior: what inflates to more than may be held at once is streamed, not refused", async () => {
      const bomb = await gzipBomb(200 * MEGABYTE);
      let sum = 0;
      const inflated = await inflater.inflate([bomb], { members: "one", maxBytes: 300 * MEGABYTE }, (piece) => {
        sum += piece.length;
      });
      expect(sum).toBe(200 * MEGABYTE);
      expect(inflated.inflatedBytes).toBe(sum);
    });

    test("behavior: header fields are skipped, and their checksum is checked", async () => {
      const full = { extra: randomBytes(300), name: "a.json", comment: "c", checksum: true };
      for (const header of [
        { extra: randomBytes(0) },
        { name: "" },
        { name: "x".repeat(5000) },
        { comment: "c" },
        full,
      ]) {
        for (const pieceBytes of [0, 1]) {
          expect((await inflate(gzipMember(TEXT, header), "one", pieceBytes)).text.equals(TEXT)).toBe(true);
        }
      }
      const wrong = gzipMember(TEXT, full);
      wrong.writeUInt8((wrong[14] ?? 0) ^ 1, 14);
      expect(await codeOf(wrong)).toBe("inflate.corrupt");
      expect(await codeOf(gzipMember(TEXT, { reserved: true }))).toBe("inflate.corrupt");
      expect(await codeOf(gzipMember(TEXT, { method: 7 }))).toBe("inflate.corrupt");
      expect(await codeOf(gzipMember(TEXT, { name: "x".repeat(300_000) }))).toBe("inflate.corrupt");
    });

    test("behavior: several members are one text where the source may have them", async () => {
      const members = Array.from({ length: 50 }, (_, at) => gzipSync(`line ${at}\n`));
      const expected = Array.from({ length: 50 }, (_, at) => `line ${at}\n`).join("");
      for (const pieceBytes of [0, 1, 13]) {
        const found = await inflate(Buffer.concat(members), "many", pieceBytes);
        expect(found.text.toString()).toBe(expected);
        expect(found.inflated.members).toBe(50);
      }
      const withEmpty = Buffer.concat([gzipSync(""), gzipSync(TEXT), gzipSync("")]);
      expect((await inflate(withEmpty, "many")).inflated).toEqual({
        encoding: "gzip",
        inflatedBytes: TEXT.length,
        members: 3,
      });
    });

    test("behavior: gzip of nothing is nothing", async () => {
      expect((await inflate(gzipSync(""))).inflated).toEqual({ encoding: "gzip", inflatedBytes: 0, members: 1 });
    });

    test("behavior: a single flipped bit gives the same bytes or an error", async () => {
      const gzip = gzipMember(TEXT.subarray(0, 400), { name: "n", checksum: false });
      let same = 0;
      // The first 16 bits are the magic: without it the bytes are not gzip and pass through.
      for (let bit = 16; bit < gzip.length * 8; bit += 1) {
        const flipped = Buffer.from(gzip);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        for (const members of ["one", "many"] as const) {
          const found = await inflate(flipped, members).catch((thrown: unknown) => thrown);
          if (found instanceof Error) {
            expect(isLogkeepError(found) && found.code.startsWith("inflate.") && found.retry).toBe("never");
          } else {
            expect((found as Collected).text.equals(TEXT.subarray(0, 400))).toBe(true);
            same += 1;
          }
        }
      }
      expect(same).toBeGreaterThan(0);
    });

    test("error: cut anywhere, it is truncated", async () => {
      const gzip = gzipMember(TEXT.subarray(0, 500), { name: "name", checksum: true });
      for (let length = 1; length < gzip.length; length += 1) {
        for (const members of ["one", "many"] as const) {
          expect([length, await codeOf(gzip.subarray(0, length), members)]).toEqual([length, "inflate.truncated"]);
        }
      }
      const two = Buffer.concat([gzip, gzip]);
      for (let length = gzip.length + 1; length < two.length; length += 1) {
        expect([length, await codeOf(two.subarray(0, length), "many")]).toEqual([length, "inflate.truncated"]);
      }
    });

    test("error: a second member or any other byte after the first", async () => {
      const gzip = gzipSync(TEXT);
      const cases: readonly (readonly [Uint8Array, string, string])[] = [
        [gzipSync("forged"), "inflate.extra-member", "none"],
        [gzipSync(""), "inflate.extra-member", "none"],
        [Buffer.from([0x1f, 0x8b]), "inflate.extra-member", "inflate.truncated"],
        [Buffer.from([0]), "inflate.trailing-bytes", "inflate.trailing-bytes"],
        [Buffer.alloc(512), "inflate.trailing-bytes", "inflate.trailing-bytes"],
        [Buffer.from("x"), "inflate.trailing-bytes", "inflate.trailing-bytes"],
        [randomBytes(100_000).fill(7, 0, 1), "inflate.trailing-bytes", "inflate.trailing-bytes"],
      ];
      for (const [tail, one, many] of cases) {
        const bytes = Buffer.concat([gzip, tail]);
        for (const pieceBytes of [0, 11]) {
          expect(await codeOf(bytes, "one", pieceBytes)).toBe(one);
          expect(await codeOf(bytes, "many", pieceBytes)).toBe(many);
        }
      }
    });

    test("error: an end that hides behind a full output buffer is still found", async () => {
      // Sizes around the libraries' own buffers: there the last bytes come out only when asked for again.
      for (const sizeBytes of [128 * 1024, 256 * 1024, 1024 * 1024].flatMap((size) => [size - 1, size, size + 1])) {
        const gzip = gzipSync(Buffer.alloc(sizeBytes, "ab"), { level: 9 });
        expect((await inflate(gzip)).inflated.inflatedBytes).toBe(sizeBytes);
        expect(await codeOf(Buffer.concat([gzip, Buffer.from([0])]))).toBe("inflate.trailing-bytes");
      }
    });

    test("error: a wrong checksum or length", async () => {
      for (const fromEnd of [8, 4, 1]) {
        const gzip = gzipSync(TEXT);
        gzip[gzip.length - fromEnd] = (gzip[gzip.length - fromEnd] ?? 0) ^ 0x40;
        expect(await codeOf(gzip)).toBe("inflate.corrupt");
      }
    });

    test("error: nothing at all", async () => {
      expect(await codeOf(Buffer.alloc(0))).toBe("inflate.empty");
      expect(await codeFrom(collect(inflater, [], "one", 10))).toBe("inflate.empty");
    });

    test("error: a lone first magic byte is a truncated object", async () => {
      expect(await codeOf(Buffer.from([0x1f]))).toBe("inflate.truncated");
    });

    test("args: maxBytes is the last size that is allowed", async () => {
      for (const bytes of [gzipSync(TEXT), TEXT]) {
        expect((await inflate(bytes, "one", 0, TEXT.length)).inflated.inflatedBytes).toBe(TEXT.length);
        expect(await codeOf(bytes, "one", 0, TEXT.length - 1)).toBe("inflate.too-large");
      }
      const two = Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)]);
      expect((await inflate(two, "many", 0, 2 * TEXT.length)).inflated.members).toBe(2);
      expect(await codeOf(two, "many", 0, 2 * TEXT.length - 1)).toBe("inflate.too-large");
    });

    test("error: a bomb is given up in time", async () => {
      const bomb = endlessBomb();
      expect(bomb.length).toBeGreaterThan(9 * MEGABYTE);
      for (const input of [[bomb], [bomb.subarray(0, 7 * MEGABYTE)], cut(bomb, 65_536)]) {
        for (const members of ["one", "many"] as const) {
          let seen = 0;
          const run = inflater.inflate(input, { members, maxBytes: 100 * MEGABYTE }, (piece) => {
            seen += piece.length;
          });
          expect(await codeFrom(run)).toBe("inflate.too-large");
          expect(seen).toBeLessThanOrEqual(100 * MEGABYTE);
        }
      }
    });

    test("error: what the receiver of pieces throws comes out as it is", async () => {
      const fault = new RangeError("disk");
      for (const bytes of [gzipSync(TEXT), TEXT, gzipSync(randomBytes(9 * MEGABYTE), { level: 0 })]) {
        const run = inflater.inflate([bytes], { members: "one", maxBytes: 64 * MEGABYTE }, () => {
          throw fault;
        });
        await expect(run).rejects.toBe(fault);
      }
    });

    test("error: a failing input is closed and its failure comes out", async () => {
      let isClosed = false;
      const fault = new Error("network");
      async function* input(): AsyncGenerator<Uint8Array> {
        try {
          yield Buffer.concat([gzipSync(randomBytes(9 * MEGABYTE), { level: 0 }), Buffer.from("tail")]);
          yield TEXT;
        } finally {
          isClosed = true;
        }
      }
      expect(await codeFrom(collect(inflater, input(), "one", 64 * MEGABYTE))).toBe("inflate.trailing-bytes");
      expect(isClosed).toBe(true);
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield gzipSync(TEXT);
        throw fault;
      }
      await expect(collect(inflater, broken(), "one", 64 * MEGABYTE)).rejects.toBe(fault);
    });
  });
}

interface Collected {
  readonly text: Buffer;
  readonly inflated: Inflated;
  readonly pieceSizes: readonly number[];
}

async function collect(
  inflater: Inflater,
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  members: MemberPolicy,
  maxBytes: number,
): Promise<Collected> {
  const pieces: Buffer[] = [];
  // A piece is only valid during the call.
  const inflated = await inflater.inflate(input, { members, maxBytes }, (piece) => pieces.push(Buffer.from(piece)));
  return { text: Buffer.concat(pieces), inflated, pieceSizes: pieces.map((piece) => piece.length) };
}

function cut(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  if (pieceBytes === 0) return [bytes];
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  return pieces;
}

async function codeFrom(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return "none";
  } catch (thrown) {
    if (isLogkeepError(thrown)) return thrown.code;
    throw thrown;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
