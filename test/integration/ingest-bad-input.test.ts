/**
 * Everything that may be wrong with a delivered object, in one folder beside good objects, and one run over it. Each
 * object ends in one state with a reason, the good ones are whole, the sums balance.
 */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BAD_OBJECTS, good } from "../support/bad-objects.ts";
import {
  type CommandRun,
  type IngestFolder,
  ingestFolder,
  type LedgerEntry,
  trailKey,
} from "../support/ingest-folder.ts";

const PIPE = trailKey("link");

let at: IngestFolder;
let run: CommandRun;
let ledger: readonly LedgerEntry[];
beforeAll(async () => {
  at = await ingestFolder();
  for (const { key, bytes } of BAD_OBJECTS) await at.put(key, bytes);
  await symlink("/etc/passwd", join(at.logs, PIPE));
  run = await at.ingest();
  ledger = await at.ledger();
});
afterAll(() => at[Symbol.asyncDispose]());

test.each(BAD_OBJECTS)("behavior: $what", ({ key, outcome }) => {
  const rows = ledger.filter((row) => row.key === key);
  expect(rows.map((row) => [row.state, row.reason, row.records_in, row.rows_kept, row.records_rejected])).toEqual([
    outcome,
  ]);
  if (outcome[1] !== null) expect(rows[0]?.detail).toMatch(/^[a-z].{10,}/);
});

test("behavior: a link is accounted for and never followed", () => {
  expect(ledger.filter((row) => row.key === PIPE)).toMatchObject([
    { state: "quarantined", reason: "object.not-a-file" },
  ]);
});

test("behavior: every object has one row, its sums balance, and the tables hold as many rows as they say", async () => {
  expect(ledger).toHaveLength(BAD_OBJECTS.length + 1);
  for (const row of ledger) {
    if (row.records_in === null)
      expect([row.rows_kept, row.records_rejected, row.records_duplicate]).toEqual([0, 0, 0]);
    else expect(row.rows_kept + row.records_rejected + row.records_duplicate).toBe(row.records_in);
  }
  const sum = (pick: (row: LedgerEntry) => number, source?: string) =>
    ledger.filter((row) => source === undefined || row.source === source).reduce((all, row) => all + pick(row), 0);
  const count = async (table: string) => Number((await at.query(`SELECT count(*) AS n FROM <${table}>`))[0]?.["n"]);
  expect(await count("cloudtrail")).toBe(sum((row) => row.rows_kept, "cloudtrail"));
  expect(await count("vpc_flow")).toBe(sum((row) => row.rows_kept, "vpc_flow"));
  expect(await count("rejects")).toBe(sum((row) => row.records_rejected));
});

test("behavior: objects were quarantined, so the exit code says so, and the reasons are counted", () => {
  expect(run.code).toBe(1);
  expect(run.output).toMatch(/^objects: (\d+) listed = 0 known from before/m);
  for (const reason of new Set(ledger.map((row) => row.reason))) {
    if (reason !== null)
      expect(run.output).toContain(`  ${reason}: ${ledger.filter((row) => row.reason === reason).length}`);
  }
});

test("behavior: a reject keeps its address, its reason and its text", async () => {
  const rows = await at.query(
    "SELECT ordinal, offset_bytes, size_bytes, reason, text FROM <rejects> WHERE object LIKE '%\\_broken.json.gz' ESCAPE '\\'",
  );
  const offset = `{"Records":[${good("b-1")},`.length;
  expect(rows).toEqual([
    {
      ordinal: 1n,
      offset_bytes: BigInt(offset),
      size_bytes: 19n,
      reason: "record.broken-json",
      text: '{"eventID":"b-2",,}',
    },
  ]);
  const reasons = await at.query("SELECT DISTINCT reason FROM <rejects> ORDER BY 1");
  expect(reasons.map((row) => row["reason"])).toEqual([
    "record.broken-json",
    "record.duplicate-key",
    "record.invalid-utf8",
    "record.not-an-object",
    "record.too-deep",
    "record.too-few-fields",
    "record.too-many-fields",
  ]);
});

test("behavior: integers beyond 2^53 stay exact", async () => {
  const [row] = await at.query(
    "SELECT api.request.data AS data, unmapped FROM <cloudtrail> WHERE metadata.uid = 'big-1'",
  );
  expect(row?.["data"]).toBe('{"n":9007199254740993,"m":123456789012345678901234567890}');
  expect(row?.["unmapped"]).toBe('{"unknown":18446744073709551615}');
});

test("behavior: of a row whose fields all have the wrong type nothing is lost", async () => {
  const rows = await at.query(
    "SELECT unmapped FROM <cloudtrail> WHERE logkeep.object LIKE '%\\_numbers.json.gz' ESCAPE '\\'",
  );
  const unmapped: unknown = JSON.parse(String(rows[0]?.["unmapped"]));
  expect(unmapped).toMatchObject({ eventID: 7, eventTime: 7, userIdentity: 7, readOnly: 7 });
});

test("behavior: an account that differs from the key's is marked", async () => {
  const rows = await at.query(
    "SELECT metadata.uid AS id FROM <cloudtrail> WHERE logkeep.account_mismatch AND metadata.uid IS NOT NULL",
  );
  expect(rows.map((row) => row["id"])).toContain("o-1");
  expect(rows.map((row) => row["id"])).not.toContain("good-1");
});

test("behavior: times that no calendar has are null, the year 9999 is kept", async () => {
  const rows = await at.query(
    "SELECT metadata.uid AS id, epoch_ms(time_dt) AS at FROM <cloudtrail> WHERE metadata.uid LIKE 'y-%' ORDER BY 1",
  );
  expect(rows.map((row) => [row["id"], row["at"]])).toEqual([
    ["y-1", BigInt(Date.UTC(9999, 11, 31, 23, 59, 59))],
    ["y-2", null],
    ["y-3", null],
    ["y-4", null],
  ]);
});

test("behavior: the same command again decides nothing anew", async () => {
  const again = await at.ingest();
  expect(again.output).toContain(`${BAD_OBJECTS.length + 1} listed = ${BAD_OBJECTS.length + 1} known from before`);
  expect(await at.ledger()).toEqual(ledger);
});
