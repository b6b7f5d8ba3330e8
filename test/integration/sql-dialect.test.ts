/** `logkeep sql --dialect athena` over a lake on this machine. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlCommand } from "../../cli/commands/sql.ts";
import {
  type IngestFolder,
  ingestFolder,
  quietContext,
  trailEvent,
  trailKey,
  trailObject,
} from "../support/ingest-folder.ts";

let at: IngestFolder;

beforeAll(async () => {
  at = await ingestFolder();
  const events = ["alpha", "beta", "beta"].map((bucketName, index) =>
    trailEvent(`event-${index}`, { requestParameters: { bucketName }, sourceIPAddress: `192.0.2.${index}` }),
  );
  await at.put(trailKey("Aaaaaaaaaaaaaaaa"), trailObject(...events));
  await at.ingest();
});

afterAll(() => at[Symbol.asyncDispose]());

/** What the command prints. */
async function ask(sql: string, options: Readonly<Record<string, string>> = {}): Promise<string> {
  let output = "";
  const context = quietContext(at.data, {}, () => undefined);
  const stdout = {
    ...context.stdout,
    write: async (chunk: string | Uint8Array) => {
      output += String(chunk);
    },
  };
  const given: Readonly<Record<string, string>> = { dialect: "athena", format: "json", ...options };
  const text = (name: string) => given[name] ?? null;
  const call = { args: [sql], text, list: () => [], integer: () => null, flag: () => false };
  await sqlCommand.run(call, { ...context, stdout });
  return output;
}

test("default: a text in Athena's SQL answers as it would there", async () => {
  const sql = `SELECT json_extract_scalar(api.request.data, '$.bucketName') AS bucket, count(*) AS n,
      array_agg(src_endpoint.ip ORDER BY src_endpoint.ip) AS sources, count(*) / 2 AS half
    FROM cloudtrail WHERE contains('192.0.2.0/24', CAST(src_endpoint.ip AS ipaddress)) GROUP BY 1 ORDER BY n DESC`;
  expect(await ask(sql)).toBe(
    '{"bucket":"beta","n":2,"sources":["192.0.2.1","192.0.2.2"],"half":1}\n{"bucket":"alpha","n":1,"sources":["192.0.2.0"],"half":0}\n',
  );
});

test("behavior: the answer can be written as Parquet", async () => {
  const out = join(at.data, "answer.parquet");
  await ask("SELECT CAST(count(*) AS varchar) AS n FROM cloudtrail", { format: "parquet", out });
  expect((await readFile(out)).subarray(0, 4).toString()).toBe("PAR1");
});

test("error: what is not supported is refused before anything is read, with its place", async () => {
  await expect(ask("SELECT accountid,\n  soundex(region) FROM cloudtrail")).rejects.toMatchObject({
    code: "dialect.unsupported",
    facts: { what: "soundex()", line: 2, column: 3 },
  });
  await expect(ask("SELECT region::varchar FROM cloudtrail")).rejects.toMatchObject({ code: "dialect.syntax" });
  await expect(ask("EXPLAIN SELECT 1")).rejects.toMatchObject({ code: "dialect.unsupported" });
});

test("error: a value that Athena would read otherwise is told, and files are out of reach", async () => {
  await expect(ask("SELECT split(region, '') FROM cloudtrail")).rejects.toMatchObject({ code: "query.failed" });
  await expect(ask('SELECT * FROM "/etc/hosts"')).rejects.toMatchObject({ code: "dialect.unsupported" });
});

test("behavior: without --dialect the text is DuckDB's", async () => {
  expect(await ask("SELECT list_value(1, 2) AS l", { dialect: "duckdb" })).toBe('{"l":[1,2]}\n');
  await expect(ask("SELECT 1", { dialect: "duckdb", engine: "athena" })).rejects.toMatchObject({ code: "cli.usage" });
});
