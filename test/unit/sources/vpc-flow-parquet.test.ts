import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sqlString } from "../../../core/sql-engine.ts";
import { parquetColumns, parquetRelation } from "../../../ingest/raw-parquet.ts";
import { openTestEngine } from "../../support/engine.ts";
import { normalizeObjects, normalizeRecords, sourceOf } from "../../support/normalize-records.ts";

async function parquetOf(select: string): Promise<Uint8Array> {
  const engine = await openTestEngine();
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  try {
    const path = join(folder, "flow.parquet");
    await engine.run(`COPY (${select}) TO ${sqlString(path)} (FORMAT parquet)`);
    return await readFile(path);
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test("default: a Parquet flow log gives the same row as its text", async () => {
  const text = `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 111122223333 eni-0a 192.0.2.10 198.51.100.7 49152 443 6 20 4249 1767600000 1767600060 ACCEPT OK
2 111122223333 eni-0a - - - - - - - 1767600000 1767600060 - SKIPDATA
`;
  const parquet = await parquetOf(`SELECT * FROM (VALUES
    (2, '111122223333', 'eni-0a', '192.0.2.10', '198.51.100.7', 49152, 443, 6, 20::BIGINT, 4249::BIGINT, 1767600000::BIGINT, 1767600060::BIGINT, 'ACCEPT', 'OK'),
    (2, '111122223333', 'eni-0a', '-', '-', NULL, NULL, NULL, NULL, NULL, 1767600000, 1767600060, '-', 'SKIPDATA'))
    t(version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, "start", "end", action, log_status)`);
  expect(await normalizeRecords("vpc_flow", parquet)).toEqual(await normalizeRecords("vpc_flow", text));
});

test("behavior: any columns of any type; files of a batch may differ in types; unknown columns are kept", async () => {
  const files = [
    await parquetOf(
      `SELECT '80' AS dstport, 5::INTEGER AS packets, 'x' AS "New Col", 'f' AS filename, [1, 2] AS bytes, 1.5 AS "start", 7 AS "$""'"`,
    ),
    await parquetOf(
      `SELECT 81::INTEGER AS dstport, 6::BIGINT AS packets, NULL AS "New Col", 'f' AS filename, NULL::INTEGER[] AS bytes, 2 AS "start", 7 AS "$""'"`,
    ),
  ];
  const rows = await normalizeObjects("vpc_flow", files);
  expect(rows.map((row) => row.carried)).toEqual([0, 1].map((object) => ({ object, fault: null, text: null })));
  expect(rows).toMatchObject([
    { dst_endpoint: { port: 80 }, traffic: { packets: 5, bytes: null }, time: null },
    { dst_endpoint: { port: 81 }, traffic: { packets: 6, bytes: null } },
  ]);
  expect(JSON.parse(String(rows[0]?.unmapped))).toEqual({
    "New Col": "x",
    filename: "f",
    bytes: "[1, 2]",
    start: "1.5",
    "$\"'": "7",
  });
});

test("error: a file that is no Parquet file is refused, not half read", async () => {
  const whole = await parquetOf("SELECT range AS srcport FROM range(5000)");
  const engine = await openTestEngine();
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  try {
    const broken = [
      whole.subarray(0, whole.length - 20),
      Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(100), Buffer.from("PAR1")]),
      Buffer.from("PAR1"),
    ];
    for (const [index, bytes] of broken.entries()) {
      const path = join(folder, `00000${index}.pqt`);
      await writeFile(path, bytes);
      await expect(parquetColumns(engine, path)).rejects.toMatchObject({ code: "sql.failed" });
    }
    const bitten = Buffer.from(whole);
    bitten.fill(0xff, 4, 600);
    await expect(normalizeRecords("vpc_flow", bitten, { engine })).rejects.toMatchObject({ code: "sql.failed" });
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test("args: a relation over Parquet needs the columns", () => {
  expect(() => parquetRelation(sourceOf("vpc_flow"), [], [])).toThrow("the columns of a parquet file were not read");
});
