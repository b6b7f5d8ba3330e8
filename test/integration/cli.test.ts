import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../support/catalog.ts";
import { openTestEngine } from "../support/engine.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in an empty folder. `readBytes`: close its standard output after so many. */
function logkeep(
  args: readonly string[],
  options: { env?: Record<string, string>; readBytes?: number } = {},
): Promise<Run> {
  const env = { PATH: process.env["PATH"], HOME: folder, ...options.env };
  const child = spawn(process.execPath, [join(ROOT, "cli/main.ts"), ...args], { cwd: folder, env });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let read = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    stdout.push(chunk);
    read += chunk.length;
    if (options.readBytes !== undefined && read >= options.readBytes) child.stdout.destroy();
  });
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

test.each([
  [[], "no command was given"],
  [["nothing"], "unknown command 'nothing'"],
  [["sql"], "missing required argument"],
  [["sql", "SELECT 1", "--fromat", "json"], "Did you mean --format?"],
  [["sql", "SELECT 1", "--format", "xml"], "'xml' is invalid"],
  [["sql", "SELECT 1", "--from", "yesterday"], "a time cannot be read"],
  [["sql", "SELECT 1", "--account", "1"], "twelve digits"],
  [["sql", "SELECT 1", "--completeness", ""], "--completeness needs the name of a file"],
  [["sql", "SELECT 1", "--completeness", "-"], "standard output is for the rows alone"],
  [["sql", "SELECT 1", "--completeness", "x", "--out", "./x"], "name the same file"],
  [["sql", "SELECT 1", "--completeness", "."], "is no regular file"],
  [["sql", "SELECT 1", "--out", "."], "is no regular file"],
  [["sql", "SELECT 1", "--completeness", "x", "--dry-run"], "a plan has no completeness"],
  [["accounts"], "no list says which accounts are expected"],
  [["sql", "DROP TABLE x"], "only SELECT statements"],
  [["query", "nothing-like-it"], "no such saved query"],
  [["query", "who-used-ip"], "a parameter of the query is missing"],
  [["query", "who-used-ip", "--param", "ip=nowhere"], "does not fit its type"],
  [["query", "who-used-ip", "--param", "ip=192.0.2.1", "--param", "ip=192.0.2.2"], "given twice"],
  [["ledger", "--state", "lost"], "'lost' is invalid"],
  [["tables", "nothing"], "no such table"],
  [["detections", "nothing"], "no such detection"],
  [["simulate"], "simulate needs --out"],
])("args: %j is wrong usage: exit code 2, one error, nothing on standard output", async (args, message) => {
  const { code, stdout, stderr } = await logkeep(args);
  expect(stderr).toContain(message);
  expect(stderr.split("\n")[0]).toMatch(/^error: /);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("args: faults of the configuration are named together", async () => {
  const env = { LOGKEEP_ENGINE_THREADS: "x", LOGKEEP_ENGINE_MEMORY_MB: "y" };
  const { code, stderr } = await logkeep(["alerts"], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/LOGKEEP_ENGINE_THREADS: .*LOGKEEP_ENGINE_MEMORY_MB: /);
});

const COMMANDS = "sql query alerts findings ledger tables compact maintain relocate check simulate detections".split(
  " ",
);
test.each(COMMANDS)("default: %s --help shows an example", async (command) => {
  const { code, stdout, stderr } = await logkeep([command, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`Examples:\\n  .*logkeep ${command}`));
});

test.each([
  [["sql", "SELECT * FROM cloudtrail"]],
  [["alerts"]],
  [["findings"]],
  [["ledger"]],
  [["ledger", "--sums"]],
  [["query", "who-used-ip", "--param", "ip=192.0.2.1"]],
])("behavior: %j on an empty data folder is an empty answer, and no folder is made", async (args) => {
  for (const format of ["table", "csv", "json"]) {
    const { code, stdout } = await logkeep([...args, "--format", format]);
    expect(code).toBe(0);
    if (format === "table") expect(stdout).toContain("(0 rows)");
    if (format === "csv") expect(stdout.split("\r\n")).toHaveLength(2);
    if (format === "json") expect(stdout).toBe("");
  }
  expect(existsSync(join(folder, ".logkeep"))).toBe(false);
});

test("behavior: json is one object per line and nothing else; --quiet keeps stderr empty", async () => {
  const { code, stdout, stderr } = await logkeep([
    "sql",
    "SELECT range AS n, 'a\nb' AS t FROM range(3)",
    "--format",
    "json",
    "--quiet",
  ]);
  expect(stdout.split("\n")).toEqual(['{"n":0,"t":"a\\nb"}', '{"n":1,"t":"a\\nb"}', '{"n":2,"t":"a\\nb"}', ""]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(["table", "csv", "json", "parquet"])("behavior: of %s, completeness is on standard error", async (format) => {
  const window = ["--from", "2026-01-05", "--to", "2026-01-06"];
  const sql = "SELECT count(*) AS n FROM cloudtrail";
  const { code, stdout, stderr } = await logkeep(["sql", sql, ...window, "--format", format]);
  expect(code).toBe(0);
  const rows: Readonly<Record<string, string>> = { table: "n\n─\n0\n(1 row)\n", csv: "n\r\n0\r\n", json: '{"n":0}\n' };
  if (format !== "parquet") expect(stdout).toBe(rows[format]);
  expect(stderr.split("\n")).toEqual([
    "1 row; 2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z; from no table with rows",
    "cloudtrail: nothing was ever delivered",
    "in the window: 0 objects quarantined, 0 records rejected",
    "accounts: those ever seen; no list says which are expected (`logkeep accounts`)",
    "",
  ]);
});

test("behavior: --completeness writes JSON to a file, whole or not at all, or to standard output beside --out", async () => {
  const sql = "SELECT 1 AS x FROM cloudtrail";
  const file = join(folder, "completeness.json");
  const told = await logkeep(["sql", sql, "--all-time", "--quiet", "--format", "csv", "--completeness", file]);
  expect(told).toEqual({ code: 0, stdout: "x\r\n", stderr: "" });
  const written = JSON.parse(await readFile(file, "utf8")) as object;
  expect(written).toMatchObject({ version: 1, rows: 0, sources: [{ source: "cloudtrail", accounts: [] }] });
  const out = join(folder, "rows.csv");
  const beside = await logkeep([
    "sql",
    sql,
    "--all-time",
    "--quiet",
    "--out",
    out,
    "--completeness",
    "-",
    "--format",
    "csv",
  ]);
  expect(JSON.parse(beside.stdout)).toMatchObject({ rows: 0 });
  expect(await readFile(out, "utf8")).toBe("x\r\n");
  const failed = join(folder, "failed.json");
  expect((await logkeep(["sql", "SELECT nothing FROM cloudtrail", "--completeness", failed])).code).toBe(1);
  const nowhere = await logkeep([
    "sql",
    sql,
    "--completeness",
    join(folder, "none", "x.json"),
    "--out",
    join(folder, "no.csv"),
  ]);
  expect(nowhere.stderr).toContain("the answer's file cannot be written");
  const left = (await readdir(folder)).filter((name) => /^(failed|no\.csv)|partial/.test(name));
  expect(left).toEqual([]);
});

test.each(["table", "csv", "json"])("behavior: a reader that leaves early ends %s quietly", async (format) => {
  const sql = "SELECT range AS n, repeat('x', 100) AS t FROM range(3000000)";
  const { code, stderr } = await logkeep(["sql", sql, "--format", format], { readBytes: 1000 });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("behavior: Parquet goes to a file or a pipe, whole", async () => {
  const sql = "SELECT range AS n FROM range(1000)";
  const target = join(folder, "answer.parquet");
  expect((await logkeep(["sql", sql, "--format", "parquet", "--out", target])).code).toBe(0);
  const engine = await openTestEngine();
  const [row] = await engine.all(`SELECT count(*)::INT AS rows, sum(n)::INT AS sum FROM read_parquet('${target}')`);
  engine.close();
  expect(row).toEqual({ rows: 1000, sum: 499_500 });
  const piped = join(folder, "piped.parquet");
  const handle = await open(piped, "w");
  const child = spawn(
    process.execPath,
    [join(ROOT, "cli/main.ts"), "sql", sql, "--format", "parquet", "--data", join(folder, "data")],
    {
      cwd: folder,
      stdio: ["ignore", handle.fd, "inherit"],
    },
  );
  await new Promise((resolve) => child.on("close", resolve));
  await handle.close();
  expect((await readFile(piped)).equals(await readFile(target))).toBe(true);
});

test("error: a query that fails leaves no file and exit code 1", async () => {
  const target = join(folder, "failed.csv");
  const { code, stdout, stderr } = await logkeep([
    "sql",
    "SELECT nothing FROM cloudtrail",
    "--format",
    "csv",
    "--out",
    target,
  ]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain('Referenced column "nothing" not found');
  expect(existsSync(target)).toBe(false);
});

test("error: a file that cannot be written", async () => {
  const { code, stderr } = await logkeep(["sql", "SELECT 1", "--out", join(folder, "none", "x.txt")]);
  expect(code).toBe(1);
  expect(stderr).toContain("the answer's file cannot be written");
});

test("behavior: no query reads or writes another file", async () => {
  const target = join(folder, "stolen.txt");
  for (const sql of [
    "SELECT * FROM read_text('/etc/passwd')",
    "FROM '/etc/hosts.csv'",
    "SELECT * FROM '/etc/passwd'",
    `COPY (SELECT 1) TO '${target}'`,
    `SELECT 1; COPY (SELECT 1) TO '${target}'`,
    `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
    `SELECT * FROM enable_logging(storage = 'file', storage_path = '${target}')`,
  ]) {
    const { code, stdout } = await logkeep(["sql", sql]);
    expect(code, sql).not.toBe(0);
    expect(stdout).toBe("");
  }
  expect(existsSync(target)).toBe(false);
});

test("behavior: four million rows pass through without growing", async () => {
  const env = { LOGKEEP_ENGINE_MEMORY_MB: "256", NODE_OPTIONS: "--max-old-space-size=96" };
  const sql = "SELECT range AS n, range % 7 AS m FROM range(4000000)";
  const target = join(folder, "many.csv");
  const { code, stderr } = await logkeep(["sql", sql, "--format", "csv", "--out", target, "--quiet"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("behavior: Ctrl-C stops a long statement", async () => {
  const sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3";
  const child = spawn(process.execPath, [join(ROOT, "cli/main.ts"), "sql", sql], { cwd: folder });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // Long enough for the engine to have started; if it has not, the signal stops the process before it does.
  const timer = setTimeout(() => child.kill("SIGINT"), 3000);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  expect(code).toBe(1);
  expect(Buffer.concat(stderr).toString()).toContain("the statement was interrupted");
});

test("behavior: check shows the configuration and that everything works", async () => {
  const env = { LOGKEEP_ALERTS_WEBHOOK_SECRET: "0123456789abcdef", LOGKEEP_ENGINE_THREAD: "1" };
  const { code, stdout } = await logkeep(["check", "--data", join(folder, "checked")], { env });
  expect(stdout).not.toContain("0123456789abcdef");
  expect(stdout).toContain("unknown variable: LOGKEEP_ENGINE_THREAD");
  expect(stdout.match(/^(ok {2}|FAIL) /gm)).toHaveLength(7);
  expect({ code, failed: /^FAIL/m.test(stdout) }).toEqual({ code: 0, failed: false });
});

test("behavior: simulate refuses a folder that holds something, and writes the same again elsewhere", async () => {
  const size = ["--accounts", "2", "--days", "1", "--events-per-day", "50"];
  const first = await logkeep(["simulate", "--out", join(folder, "logs"), ...size]);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect((await logkeep(["simulate", "--out", join(folder, "logs"), ...size])).code).toBe(2);
  await logkeep(["simulate", "--out", join(folder, "again"), ...size]);
  const truth = (name: string) => readFile(join(folder, name, "truth.jsonl"), "utf8");
  expect(await truth("again")).toBe(await truth("logs"));
});
