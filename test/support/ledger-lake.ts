import { expect } from "vitest";
import { alertsSql, athenaAlertsSql } from "../../analyzers/alerts/alerts-sql.ts";
import type { ListedObjects } from "../../core/listed-objects.ts";
import type { QueryEngine } from "../../core/query-engine.ts";
import type { TableDefinition } from "../../core/table.ts";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { commitAppend } from "../../lake/commit.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { BATCH_PROPERTY } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import { prepareAnswers, type Question } from "../../queries/ask.ts";
import { prepareAthenaAnswer } from "../../queries/athena/ask-athena.ts";
import type { AccountCompleteness, Completeness, SourceCompleteness } from "../../queries/completeness/completeness.ts";
import { openTestEngine } from "./engine.ts";
import { createTableOf } from "./table-rows.ts";
import { type TemporaryLake, temporaryLake } from "./temporary-lake.ts";

const HOUR_MS = 3_600_000;

/** Two accounts. */
export const [ACCOUNT_A, ACCOUNT_B] = ["111122223333", "444455556666"] as const;

/** An instant of January 2026: `05T10:00:00`. */
export function inJanuary(text: string): number {
  return Date.parse(`2026-01-${text}Z`);
}

/** The day that is asked about. */
export const ASKED_DAY = { fromMs: inJanuary("05T00:00:00"), toMs: inJanuary("06T00:00:00") };

type Row = Readonly<Record<string, unknown>>;

/** A lake whose ledger is written row by row, and how complete answers from it are. */
export interface LedgerLake extends TemporaryLake {
  /** What the lake's clock says; each commit moves it by a minute. */
  nowMs: number;
  append(definition: TableDefinition, rows: readonly Row[]): Promise<void>;
  /** Reads it on both ways to answer, which must be one. */
  read(options?: Partial<Question>, pending?: readonly ListedObjects[]): Promise<Completeness>;
}

/** Opens one. `await using`, or dispose of it. */
export async function ledgerLake(): Promise<LedgerLake> {
  const made = await temporaryLake();
  let batches = 0;
  const at: LedgerLake = {
    ...made,
    nowMs: inJanuary("10T00:00:00"),
    lake: { ...made.lake, clock: { now: () => at.nowMs, sleep: async () => undefined } },
    append: async (definition, rows) => {
      batches += 1;
      at.nowMs += 60_000;
      const table = await openTable(definition, at.lake);
      await createTableOf(at.engine, definition, rows);
      const ports = { store: at.lake.store, engine: at.engine };
      const options = { specId: SPEC_DAY, prefix: `b${batches}` } as const;
      const files = await writeDataFiles(table, `"${definition.id}"`, options, ports);
      await commitAppend(definition.id, files, { [BATCH_PROPERTY]: `b${batches}` }, at.lake);
    },
    read: (options, pending) => readBoth(at, options ?? {}, pending ?? []),
  };
  return at;
}

const NO_ATHENA: QueryEngine = {
  run: () => Promise.reject(new Error("nothing was to be asked")),
  close: () => undefined,
};

async function readBoth(
  at: LedgerLake,
  options: Partial<Question>,
  pending: readonly ListedObjects[],
): Promise<Completeness> {
  const question: Question = {
    sql: "SELECT * FROM cloudtrail",
    params: {},
    sources: SOURCES,
    window: ASKED_DAY,
    accounts: null,
    alertsSql: alertsSql(60),
    parquetFile: null,
    expectations: { inventory: null, pending, behindMs: null },
    ...options,
  };
  const [engine, local] = [await openTestEngine(), await openTestEngine()];
  try {
    const { completeness } = await prepareAnswers(question, at.lake, engine);
    const athena = await prepareAthenaAnswer(
      { ...question, database: "logs", reuseMinutes: null, athenaAlertsSql: athenaAlertsSql(60) },
      { lake: at.lake, local, athena: NO_ATHENA },
    );
    expect(athena.completeness).toEqual(completeness);
    return completeness!;
  } finally {
    engine.close();
    local.close();
  }
}

let objects = 0;

/** A ledger row of an object that was delivered at an instant, and decided on five minutes later. */
export function ledgerObject(delivered: string | null, rest: Row = {}): Row {
  objects += 1;
  const deliveredMs = delivered === null ? null : inJanuary(delivered);
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const isRead = deliveredMs !== null && (rest["state"] ?? "ingested") === "ingested";
  return {
    object: `file:///AWSLogs/${ACCOUNT_A}/x-${objects}.json.gz`,
    object_version: "1",
    source: "cloudtrail",
    accountid: ACCOUNT_A,
    region: "eu-west-1",
    state: "ingested",
    records_in: 10,
    rows_kept: 10,
    records_rejected: 0,
    size_bytes: objects,
    delivered_at: iso(deliveredMs),
    first_event_at: isRead ? iso(deliveredMs - 6 * 60_000) : null,
    last_event_at: isRead ? iso(deliveredMs - 60_000) : null,
    decided_at: iso(deliveredMs === null ? inJanuary("07T00:00:00") : deliveredMs + 300_000),
    ...rest,
  };
}

/** Hourly objects of an account. */
export function hourlyObjects(account: string, from: string, to: string, rest: Row = {}): Row[] {
  const count = (inJanuary(to) - inJanuary(from)) / HOUR_MS;
  return Array.from({ length: count + 1 }, (_, index) => {
    const delivered = new Date(inJanuary(from) + index * HOUR_MS).toISOString().slice(8, 19);
    return ledgerObject(delivered, { accountid: account, ...rest });
  });
}

/** What is said of CloudTrail. */
export function trailOf(found: Completeness): SourceCompleteness {
  return found.sources.find(({ source }) => source === "cloudtrail")!;
}

/** What is said of an account's trail. */
export function accountOf(found: Completeness, id: string): AccountCompleteness {
  return trailOf(found).accounts.find((each) => each.account === id)!;
}
