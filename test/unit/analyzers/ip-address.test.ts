import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ipSortKeySql } from "../../../analyzers/sql/ip-sql.ts";
import { networksSql } from "../../../analyzers/sql/network-sql.ts";
import { type AddressBounds, cidrBounds, ipSortKey } from "../../../core/ip-address.ts";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { openTestEngine } from "../../support/engine.ts";

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test("default: addresses in their order, names as null", () => {
  expect(ipSortKey("192.0.2.1")).toBe("4c0000201");
  expect(ipSortKey("::ffff:192.0.2.1")).toBe("4c0000201");
  expect(ipSortKey("2001:DB8::1")).toBe("620010db8000000000000000000000001");
  for (const text of [
    "",
    "AWS Internal",
    "ec2.amazonaws.com",
    "192.0.2",
    "192.0.2.256",
    "192.0.2.01",
    "0xc0000201",
    "1",
    ":::",
    "1::2::3",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:8:9",
    " 192.0.2.1",
    "12345::",
  ]) {
    expect(ipSortKey(text), text).toBeNull();
  }
});

test("behavior: a network contains its first and last address and nothing beyond", () => {
  const within = (address: string, network: string): boolean => {
    const bounds = cidrBounds(network);
    return bounds !== null && isInNetworks(address, [bounds]);
  };
  expect(within("203.0.113.255", "203.0.113.0/24")).toBe(true);
  expect(within("203.0.114.0", "203.0.113.0/24")).toBe(false);
  expect(within("203.0.113.9", "203.0.113.200/24")).toBe(true);
  expect(within("203.0.113.9", "203.0.113.9")).toBe(true);
  expect(within("2001:db8:7fff::", "2001:db8::/33")).toBe(true);
  expect(within("2001:db8:8000::", "2001:db8::/33")).toBe(false);
  expect(within("192.0.2.1", "::/0")).toBe(false);
  expect(within("2001:db8::1", "0.0.0.0/0")).toBe(false);
});

test("error: what is no network gives null", () => {
  for (const text of [
    "",
    "/",
    "192.0.2.0/33",
    "192.0.2.0/-1",
    "192.0.2.0/",
    "192.0.2.0/8/8",
    "2001:db8::/129",
    "x/8",
  ]) {
    expect(cidrBounds(text), text).toBeNull();
  }
});

test("behavior: SQL and TypeScript read addresses alike", async () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.ipV6().map((text) => text.toUpperCase()),
    fc.ipV4().map((text) => `::ffff:${text}`),
    fc.ipV4().map((text) => `64:ff9b::${text}`),
    fc.string({ unit: fc.constantFrom("0", "1", "f", ":", ":", ".", "::"), maxLength: 12 }),
    fc.tuple(fc.ipV6(), fc.constantFrom(":", "::", ".1", "%1", "/64", " ")).map(([text, tail]) => text + tail),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 200, maxLength: 200 }), async (texts) => {
      const rows = await engine.all(
        `SELECT list_transform(from_json($texts, '["VARCHAR"]'), lambda t: ${ipSortKeySql("t")}) AS keys`,
        { texts: JSON.stringify(texts) },
      );
      expect(rows[0]?.keys).toEqual(texts.map(ipSortKey));
    }),
    { numRuns: 20 },
  );
});

test("behavior: SQL and TypeScript agree on what lies in which networks", async () => {
  const near = fc.constantFrom(
    "10.0.0.0",
    "10.0.0.255",
    "10.255.255.255",
    "11.0.0.0",
    "172.16.0.1",
    "172.31.255.255",
    "172.32.0.0",
    "198.51.100.63",
    "198.51.100.64",
    "::ffff:10.1.2.3",
    "2001:db8::1",
    "10.0.0",
    "10.0.0.1x",
    "x10.0.0.1",
  );
  const address = fc.oneof(near, near, fc.ipV4(), fc.ipV6());
  const block = fc.oneof(
    fc.constantFrom(
      "0.0.0.0/0",
      "10.0.0.0/8",
      "172.16.0.0/12",
      "198.51.100.64/26",
      "10.0.0.255",
      "::/0",
      "2001:db8::/33",
      "::1/128",
    ),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([base, length]) => `${base}/${length}`),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(block, { minLength: 1, maxLength: 4 }),
      fc.array(address, { minLength: 40, maxLength: 40 }),
      async (blocks, texts) => {
        const ranges = blocks.flatMap((text) => cidrBounds(text) ?? []);
        const rows = await engine.all(
          `SELECT coalesce(${networksSql("t", ranges)}, FALSE) AS within FROM (SELECT unnest(from_json($texts, '["VARCHAR"]')) AS t)`,
          { texts: JSON.stringify(texts) },
        );
        expect(rows.map((row) => row.within)).toEqual(texts.map((text) => isInNetworks(text, ranges)));
      },
    ),
    { numRuns: 60 },
  );
  const many = Array.from({ length: 300 }, (_, index) => cidrBounds(`198.51.${index % 256}.${index >> 8}`)).filter(
    (range) => range !== null,
  );
  const rows = await engine.all(
    `SELECT ${networksSql("t", many)} AS within FROM (SELECT unnest(['198.51.7.0', '198.51.7.9', '198.51.43.1']) AS t)`,
  );
  expect(rows.map((row) => row.within)).toEqual([true, false, true]);
});

/** What bounds mean, said once more: what the SQL is held against. */
function isInNetworks(address: string, networks: readonly AddressBounds[]): boolean {
  const key = ipSortKey(address);
  return key !== null && networks.some(({ low, high }) => low <= key && key <= high);
}
