/**
 * A state of the lake, a window and accounts in; DuckDB views over exactly the files that may hold wanted rows
 * out. Every table has its view, also before anything was ingested: then it is an empty relation of the right types.
 */
import { DELIVERIES_TABLE } from "../core/delivery.ts";
import { FINDINGS_TABLE } from "../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../core/ledger.ts";
import type { Source } from "../core/source.ts";
import { type SqlEngine, sqlName, sqlString } from "../core/sql-engine.ts";
import type { TableDefinition } from "../core/table.ts";
import type { Lake } from "../lake/catalog.ts";
import { planScan, type ScanFilter, type ScanPlan } from "../lake/plan-scan.ts";
import { scanRelation } from "../lake/scan-relation.ts";
import { planAddenda, supersedingView } from "./addenda.ts";

import { type LakeState, type TableState, tableState } from "./lake-state.ts";

import { LAKE_VIEW, lakeView } from "./names/lake-view.ts";

import type { NameView } from "./names/name-views.ts";
import { rawNameView } from "./raw-name-view.ts";
import type { TimeWindow } from "./time-window.ts";

/** Which rows the views give, and of what. */
export interface ViewOptions {
  readonly sources: readonly Source[];
  readonly window: TimeWindow;
  /** Null: all accounts. */
  readonly accounts: readonly string[] | null;
  /**
   * A SELECT over a relation named `findings` (of any time) that gives the alerts, with `first_at` and `last_at`. An
   * alert is in the window when any moment of it is; its findings outside the window still belong to it.
   */
  readonly alertsSql: string;
  /** Whether a table or view is needed; what is not needed reads as empty without a look at its manifests. */
  readonly isNeeded: (view: string) => boolean;
  /** Views of the sources under names that people know from elsewhere. */
  readonly nameViews?: readonly NameView[];
}

/** What a view was made from. `snapshotId` is null for a table without rows so far. */
export interface ScannedTable {
  readonly id: string;
  readonly snapshotId: number | null;
  readonly snapshotAtMs: number | null;
  readonly files: number;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** What the views were made from. */
export interface SnapshotViews {
  readonly tables: readonly ScannedTable[];
  /** The files that the views read, as the engine opens them. */
  readonly localPaths: readonly string[];
}

/** The tables that views are made over; what a batch commits last goes last. */
export function viewedTables(sources: readonly Source[]): readonly TableDefinition[] {
  return [...sources.map(({ table }) => table), FINDINGS_TABLE, REJECTS_TABLE, LEDGER_TABLE, DELIVERIES_TABLE];
}

/** An object that could not be read is tried again by a later run: the last decision about a version is its state. */
const LAST_DECISION = " QUALIFY row_number() OVER (PARTITION BY object, object_version ORDER BY decided_at DESC) = 1";

const FINDINGS_ANY_TIME = "logkeep_findings_any_time";

/**
 * Creates the temporary views `cloudtrail`, `vpc_flow`, `config` (whatever sources there are), each source in its own
 * field names as `<source>_events`, CloudTrail as a managed lake has it in `cloudtrail_lake`, and `findings`, `alerts`,
 * `ledger`, `rejects`, `deliveries`. The window and the accounts bind the rows of sources, findings and alerts; what
 * became of objects and alerts stays whole.
 */
export async function createSnapshotViews(
  options: ViewOptions,
  state: LakeState,
  { store }: Pick<Lake, "store">,
  engine: SqlEngine,
): Promise<SnapshotViews> {
  const tables: ScannedTable[] = [];
  const localPaths: string[] = [];
  const scan = async (definition: TableDefinition, filter: ScanFilter, isNeeded: boolean) => {
    const found = tableState(state, definition.id);
    const plan = isNeeded ? await planScan(found.table, found.snapshot, filter, store) : NO_FILES;
    tables.push(describeScan(found, plan));
    localPaths.push(...plan.files.map((file) => store.localPath(file.path)));
    return { found, relation: await scanRelation(found.table, plan.files, store) };
  };
  const filter = filterOf(options);
  for (const source of options.sources) {
    const { id } = source.table;
    // `cloudtrail` is part of `cloudtrail_events`, so one question covers all of a source's views.
    const isNeeded = options.isNeeded(id);
    const { found, relation } = await scan(source.table, filter, isNeeded);
    const rows = `SELECT * FROM ${relation}${whereOf(source.table, options)}`;
    if (id === "cloudtrail") {
      const addenda = isNeeded ? await planAddenda(found, options, store) : [];
      localPaths.push(...addenda.map((file) => store.localPath(file.path)));
      await createView("cloudtrail_all", rows, engine);
      await createView(
        id,
        supersedingView("cloudtrail_all", await scanRelation(found.table, addenda, store), addenda),
        engine,
      );
      await createView(LAKE_VIEW, lakeView(source, "duckdb", sqlName(id)), engine);
    } else {
      await createView(id, rows, engine);
    }
    await createView(`${id}_events`, rawNameView(source), engine);
    const others = (options.nameViews ?? []).filter((view) => view.table === id && view.name !== LAKE_VIEW);
    for (const view of others) await createView(view.name, view.sql("duckdb"), engine);
  }
  const needsFindings = options.isNeeded("findings") || options.isNeeded("alerts");
  const anyTime = options.accounts === null ? {} : { accounts: options.accounts };
  const findings = await scan(FINDINGS_TABLE, options.isNeeded("alerts") ? anyTime : filter, needsFindings);
  await createView(
    FINDINGS_ANY_TIME,
    `SELECT * FROM ${findings.relation}${whereOf(FINDINGS_TABLE, { ...options, window: { fromMs: null, toMs: null } })}`,
    engine,
  );
  await createView("findings", `SELECT * FROM ${FINDINGS_ANY_TIME}${whereOf(FINDINGS_TABLE, options)}`, engine);
  await createView(
    "alerts",
    `WITH findings AS (SELECT * FROM ${FINDINGS_ANY_TIME}) SELECT * FROM (${options.alertsSql})${whereAlert(options.window)}`,
    engine,
  );
  for (const definition of [LEDGER_TABLE, REJECTS_TABLE, DELIVERIES_TABLE]) {
    const { relation } = await scan(definition, {}, options.isNeeded(definition.id));
    await createView(
      definition.id,
      `SELECT * FROM ${relation}${definition === LEDGER_TABLE ? LAST_DECISION : ""}`,
      engine,
    );
  }
  // Athena's name for what DuckDB calls json_extract_string, so that saved queries are spelled alike in both.
  await engine.run("CREATE OR REPLACE TEMP MACRO json_extract_scalar(text, path) AS json_extract_string(text, path)");
  return { tables, localPaths: [...new Set(localPaths)] };
}

const NO_FILES: ScanPlan = { files: [], rowCount: 0, sizeBytes: 0, manifestsRead: 0, manifestsSkipped: 0 };

function filterOf({ window, accounts }: Pick<ViewOptions, "window" | "accounts">): ScanFilter {
  return {
    ...(window.fromMs === null ? {} : { fromMs: window.fromMs }),
    ...(window.toMs === null ? {} : { toMs: window.toMs }),
    ...(accounts === null ? {} : { accounts }),
  };
}

function whereOf(definition: TableDefinition, { window, accounts }: Pick<ViewOptions, "window" | "accounts">): string {
  const time = sqlName(definition.timeColumn);
  const terms = [
    ...(window.fromMs === null ? [] : [`${time} >= ${sqlInstant(window.fromMs)}`]),
    ...(window.toMs === null ? [] : [`${time} < ${sqlInstant(window.toMs)}`]),
  ];
  if (accounts !== null && definition.accountColumn !== null) {
    terms.push(`${sqlName(definition.accountColumn)} IN (${accounts.map(sqlString).join(", ")})`);
  }
  return terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`;
}

function whereAlert({ fromMs, toMs }: TimeWindow): string {
  const terms = [
    ...(fromMs === null ? [] : [`last_at >= ${sqlInstant(fromMs)}`]),
    ...(toMs === null ? [] : [`first_at < ${sqlInstant(toMs)}`]),
  ];
  return terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`;
}

function sqlInstant(atMs: number): string {
  return `make_timestamptz(${BigInt(Math.floor(atMs)) * 1000n})`;
}

async function createView(name: string, sql: string, engine: SqlEngine): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP VIEW ${sqlName(name)} AS ${sql}`);
}

function describeScan({ table, snapshot }: TableState, plan: ScanPlan): ScannedTable {
  return {
    id: table.id,
    snapshotId: snapshot?.["snapshot-id"] ?? null,
    snapshotAtMs: snapshot?.["timestamp-ms"] ?? null,
    files: plan.files.length,
    rows: plan.rowCount,
    sizeBytes: plan.sizeBytes,
  };
}
