import fc from "fast-check";
import { expect, test } from "vitest";
import { frameFlowLog } from "../../../ingest/sources/vpc_flow/frame.ts";
import { VPC_FLOW_RAW } from "../../../ingest/sources/vpc_flow/raw.ts";
import { openTestEngine } from "../../support/engine.ts";
import {
  createNormalizedTable,
  fieldSql,
  normalizeObjects,
  normalizeRecords,
  sourceOf,
} from "../../support/normalize-records.ts";

const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const LINE =
  "2 111122223333 eni-0123456789abcdef0 192.0.2.10 198.51.100.7 49152 443 6 20 4249 1767600000 1767600060 ACCEPT OK";

test("default: a line of the default format becomes a Network Activity row", async () => {
  const [row] = await normalizeRecords("vpc_flow", `${HEADER}\n${LINE}\n`);
  expect(row).toMatchObject({
    time: 1767600000000,
    time_dt: "2026-01-05T08:00:00.000Z",
    end_time: 1767600060000,
    accountid: "111122223333",
    type_uid: 400106,
    action: "Allowed",
    src_endpoint: { ip: "192.0.2.10", port: 49152, interface_uid: "eni-0123456789abcdef0" },
    dst_endpoint: { ip: "198.51.100.7", port: 443, interface_uid: null },
    traffic: { packets: 20, bytes: 4249 },
    unmapped: null,
  });
});

test("behavior: rows without traffic are kept, and `-` is null", async () => {
  const text = `${HEADER}\n2 unknown eni-0a - - - - - - - 1767600000 1767600060 - NODATA\n`;
  const [row] = await normalizeRecords("vpc_flow", text, { account: "444455556666", region: "eu-west-1" });
  expect(row).toMatchObject({
    accountid: "444455556666",
    region: "eu-west-1",
    activity_id: 0,
    action_id: 0,
    disposition_id: 99,
    status_code: "NODATA",
    aws: { account_id: "unknown", action: null },
    src_endpoint: { ip: null, port: null, interface_uid: "eni-0a" },
    traffic: { packets: null, bytes: null },
  });
});

test("behavior: the packet's own address wins, and the interface's is kept beside it", async () => {
  const text = `srcaddr dstaddr pkt-srcaddr pkt-dstaddr interface-id flow-direction traffic-path
192.0.2.1 198.51.100.1 192.0.2.1 203.0.113.9 eni-0a ingress 8
192.0.2.1 198.51.100.1 - - eni-0a egress 77
`;
  const rows = await normalizeRecords("vpc_flow", text);
  expect(rows[0]).toMatchObject({
    time: null,
    src_endpoint: { ip: "192.0.2.1", intermediate_ips: null, interface_uid: null },
    dst_endpoint: { ip: "203.0.113.9", intermediate_ips: ["198.51.100.1"], interface_uid: "eni-0a" },
    connection_info: { direction_id: 1, boundary_id: 11, boundary: "Internet Gateway" },
  });
  expect(rows[1]).toMatchObject({
    src_endpoint: { ip: "192.0.2.1", interface_uid: "eni-0a" },
    connection_info: { direction_id: 2, boundary_id: 99 },
    aws: { traffic_path: 77 },
  });
});

test("behavior: what a column cannot hold letter for letter stays in unmapped", async () => {
  const text = `srcport dstport bytes packets start end protocol tcp-flags new-field srcaddr
abc 99999 9223372036854775808 -1 9e99 300000000000 007 1.5 x"y\\z \t
65535 0 9223372036854775807 1_0 1 2 255 +3 - NULL
`;
  const rows = await normalizeRecords("vpc_flow", text);
  expect(JSON.parse(String(rows[0]?.unmapped))).toEqual({
    srcport: "abc",
    dstport: "99999",
    bytes: "9223372036854775808",
    packets: "-1",
    start: "9e99",
    end: "300000000000",
    protocol: "007",
    "tcp-flags": "1.5",
    "new-field": 'x"y\\z',
  });
  expect(rows[0]).toMatchObject({ time: null, src_endpoint: { ip: "\t", port: null } });
  expect(rows[1]).toMatchObject({ src_endpoint: { ip: "NULL", port: 65535 }, dst_endpoint: { port: 0 }, time: 1000 });
  expect(rows[1]?.traffic).toEqual({ bytes: "9223372036854775807", packets: null });
  expect(JSON.parse(String(rows[1]?.unmapped))).toEqual({ packets: "1_0", "tcp-flags": "+3" });
});

test("behavior: a line of the wrong length is one faulty record", async () => {
  const text = `${HEADER}\r\n${LINE}\r\n\r\n${LINE} more\r\n2 3\r\n\n${HEADER}\r\n"${LINE}"  \n\0\n${LINE}`;
  for (const careful of [false, true]) {
    const rows = await normalizeObjects("vpc_flow", [text], { careful });
    expect(rows.map((row) => row.carried.fault)).toEqual([
      null,
      "too-many-fields",
      "too-few-fields",
      null,
      "too-few-fields",
      null,
    ]);
    expect(rows[2]?.carried.text).toBe("2 3");
    expect(rows[3]?.unmapped).toBe('{"version":"\\"2"}');
  }
});

test("behavior: bytes that are no UTF-8, and lines without end, are read the careful way", async () => {
  const header = Buffer.from("srcaddr instance-tag\n");
  const bad = Buffer.concat([
    header,
    Buffer.from([0x61, 0xff, 0x20, 0xc3, 0xa9, 0x0a, 0xe2, 0x82, 0xac, 0x20, 0x5c, 0x78, 0x0a]),
  ]);
  await expect(normalizeObjects("vpc_flow", [bad])).rejects.toMatchObject({ code: "sql.failed" });
  const rows = await normalizeObjects("vpc_flow", [bad], { careful: true });
  expect(rows[0]).toMatchObject({ src_endpoint: { ip: "a\\xFF" }, aws: { instance_tag: "\\xC3\\xA9" } });
  expect(rows[1]).toMatchObject({ src_endpoint: { ip: "€" }, aws: { instance_tag: "\\x" } });
  const long = Buffer.from(`srcaddr dstaddr\n${"x".repeat(5_000_000)}\na b\n`);
  const [first, second] = await normalizeObjects("vpc_flow", [long], { careful: true });
  expect(first?.carried.text).toHaveLength(65_536);
  expect(second).toMatchObject({ dst_endpoint: { ip: "b" } });
});

test("behavior: both ways of reading lines agree on any text", { timeout: 120_000 }, async () => {
  const engine = await openTestEngine();
  const part = fc.constantFrom(
    "a",
    "bb",
    " ",
    "  ",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    '"',
    "'",
    "\\",
    "\t",
    ",",
    "-",
    "é",
    "€",
    "\u{1F600}",
    "#",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(part, { maxLength: 60 }), { minLength: 1, maxLength: 30 }), async (objects) => {
      const texts = objects.map((parts) => parts.join(""));
      const inputs = texts.map((text) => `srcaddr dstaddr\n${text}`);
      const fast = await normalizeObjects("vpc_flow", inputs, { engine });
      expect(await normalizeObjects("vpc_flow", inputs, { engine, careful: true })).toEqual(fast);
      const expected = texts.flatMap((text, object) =>
        text
          .split(/[\r\n]/)
          .map((line) => line.replace(/ +$/, ""))
          .filter((line) => line !== "")
          .map((line) => ({ object, line, values: line.split(" ") })),
      );
      expect(fast).toHaveLength(expected.length);
      fast.forEach((row, index) => {
        const { object, line, values } = expected[index]!;
        const fault = values.length < 2 ? "too-few-fields" : values.length > 2 ? "too-many-fields" : null;
        expect(row.carried).toEqual({ object, fault, text: fault === null ? null : line });
        if (fault === null) expect(row).toMatchObject({ src_endpoint: { ip: values[0] === "-" ? null : values[0] } });
      });
    }),
    { numRuns: 15 },
  );
  engine.close();
});

test("behavior: any fields in any order come back by their own names", { timeout: 120_000 }, async () => {
  const engine = await openTestEngine();
  const source = sourceOf("vpc_flow");
  const names = Object.keys(VPC_FLOW_RAW);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(names, { minLength: 2 }),
      fc.infiniteStream(fc.nat({ max: 65_535 })),
      fc.boolean(),
      async (columns, values, hasHyphens) => {
        const record = columns.map((name) =>
          VPC_FLOW_RAW[name] === "number" ? String(values.next().value) : `v${values.next().value}`,
        );
        const written = columns.map((name) => (hasHyphens ? name.replaceAll("_", "-") : name));
        const text = `${[...written, "x-new"].join(" ")}\n${[...record, "new"].join(" ")}\n`;
        await createNormalizedTable(engine, "flows", "vpc_flow", [text]);
        const items = written.map((name, index) => `CAST(${fieldSql(source, name)} AS VARCHAR) AS c${index}`);
        const [row] = await engine.all(`SELECT ${items.join(", ")}, unmapped FROM flows`);
        const [pairs] = [["src", "dst"].filter((side) => columns.includes(`pkt_${side}addr`))];
        written.forEach((name, index) => {
          // Without a packet address the interface's address stands for it; that is no loss.
          if (pairs.length === 0 || !name.endsWith("addr"))
            expect([name, row?.[`c${index}`]]).toEqual([name, record[index]]);
        });
        for (const side of pairs) {
          const at = written.findIndex((name) => name.replaceAll("-", "_") === `pkt_${side}addr`);
          expect(row?.[`c${at}`]).toBe(record[at]);
          const plain = written.indexOf(`${side}addr`);
          if (plain >= 0) expect(row?.[`c${plain}`]).toBe(record[plain]);
        }
        expect(row?.unmapped).toBe('{"x-new":"new"}');
      },
    ),
    { numRuns: 25 },
  );
  engine.close();
});

test("behavior: records keep the order of their object on two threads", async () => {
  const engine = await openTestEngine();
  await engine.run("SET threads = 2");
  const object = (name: string) =>
    `srcaddr srcport instance-id\n${Array.from({ length: 40_000 }, (_, index) => `${name} ${index % 65_536} i-${index}`).join("\n")}`;
  await createNormalizedTable(engine, "flows", "vpc_flow", ["a", "b", "c"].map(object));
  const rows = await engine.all(`SELECT carried.object AS object, count(*) AS n, max(rowid) - min(rowid) + 1 AS span,
    count(*) FILTER (aws_id <> 'i-' || (rowid - first_row)) AS wrong
    FROM (SELECT *, rowid, src_endpoint.instance_uid AS aws_id, min(rowid) OVER (PARTITION BY carried.object) AS first_row FROM flows)
    GROUP BY ALL ORDER BY object`);
  expect(rows).toEqual([0, 1, 2].map((object) => ({ object, n: 40_000n, span: 40_000n, wrong: 0n })));
  engine.close();
});

test("args: text without a header line, or of another source, is not ours", () => {
  const frame = (text: string) => frameFlowLog(Buffer.from(text));
  expect(frame(LINE)).toBeNull();
  expect(frame("")).toBeNull();
  expect(frame("- - -\n")).toBeNull();
  expect(frame("srcaddr srcaddr\n")).toBeNull();
  expect(frame("account-id account_id\n")).toBeNull();
  expect(frame("one two srcaddr\n")).toBeNull();
  expect(frame('{"Records":[]}')).toBeNull();
  expect(frame("srcaddr")).toEqual({ kind: "delimited", start: 7, columns: ["srcaddr"] });
  expect(frame("\uFEFFsrcaddr log-status\r\n")).toEqual({
    kind: "delimited",
    start: 23,
    columns: ["srcaddr", "log-status"],
  });
  expect(frame("PAR1....")).toEqual({ kind: "parquet" });
});
