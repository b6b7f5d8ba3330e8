import { expect, test } from "vitest";
import { openAthena } from "../../adapters/athena.ts";
import { isLogkeepError, type LogkeepError } from "../../core/errors.ts";
import { athenaPair } from "../support/athena-test.ts";
import { type CannedAnswer, cannedEngine, scalarColumn } from "../support/canned-engine.ts";

const ROWS = Array.from({ length: 2_500 }, (_, at) => [at, at % 3 === 0 ? null : at % 3 === 1 ? "" : `text ${at}`]);
const ANSWERS: Readonly<Record<string, CannedAnswer>> = {
  "SELECT n, t FROM many": { columns: [scalarColumn("n", "bigint"), scalarColumn("t", "varchar")], rows: ROWS },
  "SELECT * FROM none": { columns: [scalarColumn("n", "bigint"), scalarColumn("n", "bigint")], rows: [] },
  "SELECT failing": { columns: [scalarColumn("n", "bigint")], rows: [], failure: ["DIVISION_BY_ZERO", "USER_ERROR"] },
  "SELECT hungry": {
    columns: [scalarColumn("n", "bigint")],
    rows: [],
    failure: ["EXCEEDED_LOCAL_MEMORY_LIMIT", "INSUFFICIENT_RESOURCES"],
  },
  "SELECT slow": {
    columns: [scalarColumn("n", "bigint")],
    rows: [],
    failure: ["EXCEEDED_TIME_LIMIT", "INSUFFICIENT_RESOURCES"],
  },
  "SELECT broken": {
    columns: [scalarColumn("n", "bigint")],
    rows: [],
    failure: ["GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR"],
  },
  "SELECT costly": { columns: [scalarColumn("n", "bigint")], rows: [[1]], bytesScanned: 5_000 },
  "SELECT endless": { columns: [scalarColumn("n", "bigint")], rows: [], isEndless: true },
};

const pair = (patienceMs?: number) => athenaPair(cannedEngine(ANSWERS), "default", patienceMs);
const NEVER = new AbortController().signal;
const query = (sql: string) => ({ sql, values: [], reuseMinutes: null });

async function faultOf(promise: Promise<unknown>): Promise<LogkeepError> {
  const thrown: unknown = await promise.then(
    () => null,
    (each: unknown) => each,
  );
  if (!isLogkeepError(thrown)) throw thrown;
  return thrown;
}

test("default: pages are read one after the other, the header once, NULL and empty text apart", async () => {
  await using at = await pair();
  const rows = await at.ask("SELECT n, t FROM many");
  expect(rows).toEqual(ROWS.map(([n, t]) => ({ n, t })));
  const pages = at.endpoint.requests.filter(({ operation }) => operation === "GetQueryResults");
  // One of the look at the columns, then 1 + 2,500 rows in pages of 1,000.
  expect(pages).toHaveLength(4);
  expect(await at.ask("SELECT * FROM none")).toEqual([]);
  const answer = await at.athena.run(query("SELECT * FROM none"), NEVER);
  expect(answer.columns.map(({ name }) => name)).toEqual(["n", "n:1"]);
});

test("behavior: a refusal for coming too soon is waited for, and starts no second query", async () => {
  // A busy machine may take longer than the usual three seconds.
  await using at = await pair(60_000);
  const operations = ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"];
  at.endpoint.behavior.faults = operations.map((operation) => ({
    operation,
    code: "TooManyRequestsException",
    status: 400,
    times: 4,
  }));
  expect(await at.ask("SELECT * FROM none")).toEqual([]);
  expect(at.endpoint.behavior.faults.map(({ times }) => times)).toEqual([0, 0, 0]);
  expect(at.endpoint.executions.size).toBe(2);
  const tokens = at.endpoint.requests.flatMap(({ body }) => body["ClientRequestToken"] ?? []);
  expect(new Set(tokens).size).toBe(2);
});

test("behavior: a start whose answer was lost on the way starts no second query", async () => {
  await using at = await pair(60_000);
  for (const code of ["InternalServerException", "TooManyRequestsException"]) {
    const before = at.endpoint.executions.size;
    const status = code === "InternalServerException" ? 500 : 400;
    at.endpoint.behavior.faults = [{ operation: "StartQueryExecution", code, status, times: 1, isAfter: true }];
    expect(await at.ask("SELECT * FROM none")).toEqual([]);
    expect(at.endpoint.executions.size).toBe(before + 2);
    expect(at.endpoint.requests.filter(({ operation }) => operation === "StartQueryExecution").length).toBeGreaterThan(
      2,
    );
  }
});

test.each([
  ["TooManyRequestsException", 400, "athena.throttled", "later"],
  ["ThrottlingException", 400, "athena.throttled", "later"],
  ["AccessDeniedException", 400, "athena.denied", "never"],
  ["UnrecognizedClientException", 400, "athena.credentials", "later"],
  ["ExpiredTokenException", 400, "athena.credentials", "later"],
  ["InvalidRequestException", 400, "athena.refused", "never"],
  ["ResourceNotFoundException", 400, "athena.missing", "never"],
  ["InternalServerException", 500, "athena.unavailable", "later"],
])("error: %s (%i) is %s, %s", async (code, status, expected, retry) => {
  await using at = await pair();
  at.endpoint.behavior.faults = [{ operation: "StartQueryExecution", code, status, times: 1_000 }];
  const fault = await faultOf(at.ask("SELECT * FROM none"));
  expect(fault).toMatchObject({ code: expected, retry });
  expect(fault.hint).not.toBeNull();
});

test.each([
  ["SELECT failing", "sql.failed", "never"],
  ["SELECT hungry", "athena.exhausted", "never"],
  ["SELECT slow", "athena.timed-out", "never"],
  ["SELECT broken", "athena.unavailable", "later"],
])("error: an execution that ends badly: %s is %s, %s", async (sql, code, retry) => {
  await using at = await pair();
  expect(await faultOf(at.ask(sql))).toMatchObject({
    code,
    retry,
    facts: expect.objectContaining({ state: "FAILED" }),
  });
});

test("error: the workgroup's limit, somebody else's stop, and a workgroup that is not there", async () => {
  await using at = await pair();
  at.endpoint.behavior.cutoffBytes = 4_999;
  expect(await faultOf(at.ask("SELECT costly"))).toMatchObject({ code: "athena.cut-off", retry: "never" });
  at.endpoint.behavior.cutoffBytes = null;
  expect(await at.ask("SELECT costly")).toEqual([{ n: 1 }]);
  const endless = faultOf(at.ask("SELECT endless"));
  const running = () => [...at.endpoint.executions.values()].find(({ sql }) => sql === "SELECT endless");
  await expect.poll(() => running()?.state()).toBe("RUNNING");
  running()?.cancel("Query cancelled by user");
  expect(await endless).toMatchObject({ code: "athena.cancelled", retry: "later" });
  at.endpoint.behavior.workgroup = "another";
  expect(await faultOf(at.ask("SELECT * FROM none"))).toMatchObject({ code: "athena.missing" });
});

test("behavior: an interrupted query is stopped at the service, whatever it is doing", async () => {
  for (const moment of ["queued", "running", "started", "paging"] as const) {
    await using at = await pair();
    const stopper = new AbortController();
    if (moment === "queued") at.endpoint.behavior.queuedLooks = 1_000_000;
    const sql = moment === "paging" ? "SELECT n, t FROM many" : "SELECT endless";
    const last = () => [...at.endpoint.executions.values()].find((each) => each.sql === sql);
    const run = faultOf(
      at.athena.run(query(sql), stopper.signal).then(async ({ chunks }) => {
        for await (const _ of chunks) stopper.abort();
      }),
    );
    if (moment === "started") {
      await expect.poll(() => at.endpoint.requests.some(({ body }) => body["QueryString"] === sql)).toBe(true);
      stopper.abort();
    } else if (moment !== "paging") {
      const started = () => (moment === "queued" ? at.endpoint.executions.size > 0 : last()?.state() === "RUNNING");
      await expect.poll(started).toBe(true);
      stopper.abort();
    }
    expect(await run, moment).toMatchObject({ code: "sql.interrupted" });
    const states = [...at.endpoint.executions.values()].map((each) => each.state());
    expect(states, moment).not.toContain("RUNNING");
  }
});

test("error: a service that is not there, and a signal that was given before", async () => {
  await using at = await pair();
  const options = { workgroup: "w", database: "d", catalog: null, outputLocation: null, region: "eu-central-1" };
  const nowhere = openAthena({ ...options, endpoint: "http://127.0.0.1:9", patienceMs: 0 });
  expect(await faultOf(nowhere.run(query("SELECT 1"), NEVER))).toMatchObject({
    code: "athena.unreachable",
    facts: { detail: "ECONNREFUSED" },
    retry: "later",
  });
  nowhere.close();
  expect(await faultOf(at.athena.run(query("SELECT 1"), AbortSignal.abort()))).toMatchObject({
    code: "sql.interrupted",
  });
  expect(at.endpoint.requests).toEqual([]);
});

test("args: database, catalog, results' place and reuse reach the service; long values stand in the text", async () => {
  await using at = await athenaPair(cannedEngine({ "SELECT ?, ?": ANSWERS["SELECT * FROM none"]! }));
  const options = {
    workgroup: "primary",
    database: "logkeep",
    catalog: "other",
    outputLocation: "s3://example/results/",
  };
  const athena = openAthena({ ...options, endpoint: at.endpoint.url, region: "eu-central-1", firstPollMs: 1 });
  const long = "x".repeat(1_500);
  await faultOf(athena.run({ sql: "SELECT ?, ? -- ?", values: [long, "it's"], reuseMinutes: 15 }, NEVER));
  const [look] = at.endpoint.requests;
  expect(look?.body).toMatchObject({
    QueryExecutionContext: { Database: "logkeep", Catalog: "other" },
    ResultConfiguration: { OutputLocation: "s3://example/results/" },
    ExecutionParameters: ["'it''s'"],
    QueryString: `SELECT * FROM (SELECT '${long}', ? -- ?\n) LIMIT 0`,
  });
  athena.close();
});
