import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlCommand } from "../../cli/commands/sql.ts";
import type { Environment } from "../../core/config.ts";
import { deliveredAt } from "../../core/delivered-at.ts";
import type { EndpointEngine } from "../support/athena-execution.ts";
import { athenaPair } from "../support/athena-test.ts";
import { scalarColumn } from "../support/canned-engine.ts";
import { type IngestFolder, ingestFolder, quietContext, trailEvent, trailObject } from "../support/ingest-folder.ts";
import { runSimulation } from "../support/simulation.ts";

// Nobody is simulated under this id.
const ABSENT = "888877776666";
const CUT_MS = Date.UTC(2026, 0, 6, 6);

let at: IngestFolder;
let accounts: readonly string[];
/** The first of them is whole, the second ends early, the third is suspended. */
let whole: string;
let early: string;
let suspended: string;

const keyOf = (account: string, stamp: string, name: string) =>
  `AWSLogs/${account}/CloudTrail/us-east-1/2026/01/06/${account}_CloudTrail_us-east-1_${stamp}_${name}.json.gz`;
const event = (id: string, account: string, eventTime: string) =>
  trailEvent(id, { recipientAccountId: account, awsRegion: "us-east-1", eventTime });

beforeAll(async () => {
  at = await ingestFolder();
  const run = await runSimulation({ accounts: 4, days: 3, eventsPerDay: 600, seed: 11, vpcFlow: false, config: false });
  const keys = [...run.objects.keys()].filter((key) => !key.endsWith("/"));
  accounts = [...new Set(keys.flatMap((key) => /AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\//.exec(key)?.[1] ?? []))].sort();
  [whole = "", early = "", suspended = ""] = accounts;
  for (const key of keys) {
    if (key.includes(`/${early}/`) && (deliveredAt(key)?.getTime() ?? 0) >= CUT_MS) continue;
    await at.put(key, run.objects.get(key) ?? "");
  }
  // Broken objects: in the window, and long before it. A record that is none. Events that were delivered six hours late.
  await at.put(keyOf(whole, "20260106T1200Z", "Aaaaaaaaaaaaaaaa"), "no gzip");
  await at.put(keyOf(whole, "20260105T0010Z", "Bbbbbbbbbbbbbbbb"), "no gzip either");
  const rejected = trailObject(event("good", whole, "2026-01-06T10:00:00Z"), "no record");
  await at.put(keyOf(whole, "20260106T1005Z", "Cccccccccccccccc"), rejected);
  const late = Array.from({ length: 7 }, (_, index) => event(`late-${index}`, whole, "2026-01-06T10:00:00Z"));
  await at.put(keyOf(whole, "20260107T2200Z", "Dddddddddddddddd"), trailObject(...late));
  await at.ingest();
  await writeFile(
    join(at.data, "accounts.yaml"),
    `accounts:\n${accounts.map((id) => `  - { id: ${id}, name: "n\\u001b[2J-${id}", state: ${id === suspended ? "suspended" : "active"} }\n`).join("")}  - { id: ${ABSENT} }\n`,
  );
}, 300_000);
afterAll(() => at[Symbol.asyncDispose]());

interface Told {
  readonly rows: number;
  readonly is_earlier_state: boolean;
  readonly sources: readonly {
    readonly source: string;
    readonly complete_to: string | null;
    readonly complete_accounts: number;
    readonly expected_accounts: number;
    readonly accounts: readonly (Readonly<Record<string, unknown>> & { readonly account: string })[];
  }[];
}

/** Asks as the command does. Returns what it printed, what it said below, and what it wrote beside. */
async function ask(options: Readonly<Record<string, string | readonly string[]>>, env: Environment = {}) {
  const file = join(at.data, "completeness.json");
  const printed = { stdout: "", stderr: "" };
  const context = quietContext(at.data, env, () => undefined);
  const into = (name: "stdout" | "stderr") => ({
    ...context.stdout,
    write: async (chunk: string | Uint8Array) => {
      printed[name] += String(chunk);
    },
  });
  const given: Readonly<Record<string, string | readonly string[]>> = {
    format: "json",
    completeness: file,
    ...options,
  };
  await sqlCommand.run(
    {
      args: ["SELECT count(*) AS n FROM cloudtrail"],
      text: (name) => (typeof given[name] === "string" ? given[name] : null),
      list: (name) => (Array.isArray(given[name]) ? given[name] : []),
      integer: () => null,
      flag: () => false,
    },
    { ...context, stdout: into("stdout"), stderr: into("stderr") },
  );
  return { ...printed, told: JSON.parse(await readFile(file, "utf8")) as Told };
}

const WINDOW = { from: "2026-01-06T00:00:00Z", to: "2026-01-07T00:00:00Z" };

test("default: one silent, one behind, one suspended; what is broken, rejected and late within the window", async () => {
  const { stdout, stderr, told } = await ask(WINDOW);
  expect(stdout).toMatch(/^\{"n":\d+\}\n$/);
  const [trail] = told.sources;
  const states = Object.fromEntries(
    trail!.accounts.map(({ account, listing, state }) => [account, `${listing} ${state}`]),
  );
  expect(states).toMatchObject({
    [ABSENT]: "expected silent",
    [early]: "expected behind",
    [suspended]: expect.stringMatching(/^inactive/),
  });
  expect(trail!.expected_accounts).toBe(accounts.length);
  expect(trail!.complete_accounts).toBeLessThanOrEqual(accounts.length - 2);
  const behind = trail!.accounts.find(({ account }) => account === early)!;
  expect(Date.parse(String(behind["complete_to"]))).toBeLessThan(CUT_MS);
  const broken = trail!.accounts.find(({ account }) => account === whole)!;
  expect(broken).toMatchObject({ objects_quarantined: 1, records_rejected: 1 });
  expect(Number(broken["late_rows_at_least"])).toBeGreaterThanOrEqual(7);
  expect(stderr).toContain(`silent (1): ${ABSENT} never seen`);
  expect(stderr).toContain(`behind (1): ${early} "n\\x1b[2J-${early}" since 2026-01-0`);
  expect(stderr).toContain(`not expected (1): ${suspended}`);
  expect(stderr).toContain(`1 object quarantined (${whole}: 1), 1 record rejected (${whole}: 1)`);
  expect(stderr).toContain("accounts: by the list of accounts.yaml of ");
  expect(stderr).not.toContain("\x1b");
});

test("behavior: the day before has another broken object; one account's answer is about that account", async () => {
  const before = { from: "2026-01-05T00:00:00Z", to: "2026-01-05T06:00:00Z" };
  const { told } = await ask({ ...before, account: [whole] });
  expect(told.sources[0]!.accounts.map(({ account }) => account)).toEqual([whole]);
  expect(told.sources[0]!.accounts[0]).toMatchObject({
    objects_quarantined: 1,
    records_rejected: 0,
    late_rows_at_most: 0,
  });
});

test("behavior: as of before, later objects do not count, and asking again says the same", async () => {
  const state = new Date().toISOString();
  const before = await ask({ ...WINDOW, "as-of": state });
  await at.put(
    keyOf(early, "20260106T2355Z", "Eeeeeeeeeeeeeeee"),
    trailObject(event("e", early, "2026-01-06T23:54:00Z")),
  );
  await at.put(keyOf(early, "20260106T1300Z", "Ffffffffffffffff"), "no gzip");
  await at.ingest();
  const again = await ask({ ...WINDOW, "as-of": state });
  expect(again.told).toEqual(before.told);
  expect(again.told.is_earlier_state).toBe(true);
  const now = (await ask(WINDOW)).told.sources[0]!.accounts.find(({ account }) => account === early)!;
  expect(now).toMatchObject({ objects_quarantined: 1, last_object_at: "2026-01-06T23:55:00Z" });
});

test("behavior: Athena's answers say the same", async () => {
  const columns = [scalarColumn("n", "bigint")];
  const anything: EndpointEngine = {
    check: async () => null,
    run: async function* ({ sql }) {
      yield { columns, rows: /LIMIT 0$/.test(sql) ? [] : [[1]], bytesScanned: 10 };
    },
  };
  await using pair = await athenaPair(anything, "logs");
  const env = { LOGKEEP_QUERIES_ATHENA_ENDPOINT: pair.endpoint.url, LOGKEEP_QUERIES_ATHENA_DATABASE: "logs" };
  const lake = new Date().toISOString();
  const here = await ask({ ...WINDOW, "as-of": lake });
  const there = await ask({ ...WINDOW, "as-of": lake, engine: "athena" }, env);
  expect(there.stdout).toBe('{"n":1}\n');
  expect(there.told).toEqual(here.told);
  const lines = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("Athena: "));
  expect(lines(there.stderr)).toEqual(lines(here.stderr));
  expect(there.stderr).toContain("Athena: 10 bytes scanned");
});

test("error: a list that is not valid stops the answer before it is asked", async () => {
  const file = join(at.data, "bad.yaml");
  await writeFile(file, "accounts: [{ id: 1 }]");
  await expect(ask(WINDOW, { LOGKEEP_QUERIES_ACCOUNTS_FILE: file })).rejects.toMatchObject({
    code: "cli.usage",
    facts: { "accounts.0.id": "must be 12 digits" },
  });
  const absent = { LOGKEEP_QUERIES_ACCOUNTS_FILE: join(at.data, "none.yaml") };
  await expect(ask(WINDOW, absent)).rejects.toMatchObject({ code: "cli.usage" });
});
