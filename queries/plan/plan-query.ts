/**
 * A question and a state of the lake in; a plan out: which files it reads, how many bytes, at what price, and which of
 * its conditions prune nothing. The same plan serves both engines. Nothing is run, and no data file is read (with
 * `isDetailed`, the footers of files of this machine are).
 */
import type { QueryEngineName } from "../../core/config.ts";
import { isLogkeepError } from "../../core/errors.ts";
import type { LakeStore } from "../../core/lake-store.ts";
import type { Source } from "../../core/source.ts";
import type { SqlEngine, SqlParams } from "../../core/sql-engine.ts";
import { estimateScan, type ScanEstimate } from "../../lake/estimate-scan.ts";
import type { ScanFilter } from "../../lake/plan-scan.ts";
import { addendaDays, addendaFilter, holdsDay } from "../addenda.ts";
import { translateAthena } from "../dialect/translate.ts";
import { type LakeState, type TableState, tableState } from "../lake-state.ts";
import { readLakeText } from "../names/time-literals.ts";
import type { Parameter } from "../saved-query.ts";
import type { TimeWindow } from "../time-window.ts";
import { athenaPrice, type PlannedPredicate, type PlannedScan, type QueryPlan } from "./plan.ts";
import { type ConditionBound, readCondition } from "./read-condition.ts";
import { readFooters } from "./read-footers.ts";
import { findScans, type StatementScan, type StatementScans } from "./statement-scans.ts";
import { expressionText, type Node, readTree } from "./syntax-tree.ts";
import { findView, type ViewTarget } from "./view-columns.ts";

/** What is to be planned. */
export interface PlanRequest {
  readonly engine: QueryEngineName;
  /** A text that was checked, in the SQL of the engine that will run it. */
  readonly sql: string;
  readonly params: SqlParams;
  /** What a text in Athena's SQL may name as `$name`. */
  readonly parameters?: readonly Parameter[];
  readonly sources: readonly Source[];
  readonly window: TimeWindow;
  readonly accounts: readonly string[] | null;
  readonly usdPerTb: number;
  /** Whether to look for what each condition does, and into the footers: for people, not before each query. */
  readonly isDetailed: boolean;
}

/** Plans a question. `engine` is this machine's: it parses texts, and reads footers. */
export async function planQuery(
  request: PlanRequest,
  state: LakeState,
  store: LakeStore,
  engine: SqlEngine,
): Promise<QueryPlan> {
  const tree = await treeOf(request, engine);
  const found = tree === null ? { scans: [], columns: [] } : findScans(tree);
  const unknown = unknownNames(found, request.sources);
  const notes = [
    ...(tree === null ? ["the text is not understood here: all tables of logs count whole"] : []),
    ...unknown.map((name) => `the lake has no table ${name}: what it reads is not known here`),
  ];
  const scans: PlannedScan[] = [];
  const predicates: PlannedPredicate[] = [];
  const ports = { request, state, store, engine };
  for (const { scan, target } of lakeScans(found, tree === null, request.sources)) {
    const planned = await planScanOf(scan, target, found.columns, ports);
    scans.push(...planned.scans);
    predicates.push(...planned.predicates);
  }
  const logs = new Set(request.sources.map(({ table }) => table.id));
  const scannedBytes = scans.reduce((sum, scan) => sum + scan.bytes * scan.times, 0);
  const unbounded = scans
    // Addenda are read of their own days, however the rows are bound.
    .filter((scan) => scan.purpose === "rows" && logs.has(scan.table) && scan.fromMs === null)
    .map((scan) => scan.table);
  return {
    engine: request.engine,
    scans,
    predicates: [...(await optionPredicates(scans, ports)), ...predicates],
    scannedBytes,
    ...athenaPrice(scannedBytes, request.usdPerTb),
    unbounded: [...new Set(unbounded)],
    unknown,
    notes,
  };
}

interface Ports {
  readonly request: PlanRequest;
  readonly state: LakeState;
  readonly store: LakeStore;
  readonly engine: SqlEngine;
}

/** The tree of the text; null where nobody here understands it. DuckDB's parser takes most of Athena's SQL as it is. */
async function treeOf({ engine: name, sql, parameters }: PlanRequest, engine: SqlEngine): Promise<Node | null> {
  const tree = await readTree(bodyOf(sql), engine);
  if (tree !== null || name !== "athena") return tree;
  try {
    return await readTree(translateAthena(readLakeText(sql), parameters).sql, engine);
  } catch (thrown) {
    // What DuckDB cannot run, Athena may: it is only not understood.
    if (isLogkeepError(thrown, "dialect.syntax") || isLogkeepError(thrown, "dialect.unsupported")) return null;
    throw thrown;
  }
}

/** `EXPLAIN ANALYZE` runs its query; the others cost nothing, and are planned as if they ran. */
function bodyOf(sql: string): string {
  return sql.replace(/^\s*EXPLAIN\s+(?:ANALYZE\s+)?/i, "");
}

/** The scans of tables that hold rows. A text that is not understood counts as all tables of logs. */
function lakeScans(found: StatementScans, isUnknown: boolean, sources: readonly Source[]) {
  if (isUnknown) {
    return sources.map(({ table }): { scan: StatementScan; target: ViewTarget } => ({
      scan: { name: table.id, times: 1, readsAll: true, conditions: [] },
      target: { tableId: table.id, pathsOf: () => null, timeNames: [], accountNames: [] },
    }));
  }
  return found.scans.flatMap((scan) => {
    const target = findView(scan.name, sources);
    return target === null ? [] : [{ scan, target }];
  });
}

/** Names that are of nothing in the lake: no view of ours reads a table under them. */
function unknownNames({ scans }: StatementScans, sources: readonly Source[]): readonly string[] {
  const isOfEngine = (name: string) =>
    /^(duckdb_|pg_|sqlite_|information_schema|tables$|columns$|schemata$)/.test(name);
  const names = scans.filter(({ name }) => findView(name, sources) === null && !isOfEngine(name));
  return [...new Set(names.map(({ name }) => name))];
}

async function planScanOf(
  scan: StatementScan,
  target: ViewTarget,
  named: readonly (readonly string[])[],
  ports: Ports,
): Promise<{ readonly scans: readonly PlannedScan[]; readonly predicates: readonly PlannedPredicate[] }> {
  const { request, state, store, engine } = ports;
  const found = tableState(state, target.tableId);
  const { timeNames, accountNames } = target;
  const predicates: PlannedPredicate[] = [];
  // What became of objects stays whole whatever the window is; alerts reach back to findings before it.
  const isBound = request.sources.some(({ table }) => table.id === target.tableId) || scan.name === "findings";
  let bounds: Bounds = {
    fromMs: isBound ? request.window.fromMs : null,
    toMs: isBound ? request.window.toMs : null,
    accounts: isBound || scan.name === "alerts" ? request.accounts : null,
  };
  for (const condition of scan.conditions) {
    const bound = await readCondition(condition, { timeNames, accountNames, params: request.params, engine });
    bounds = narrow(bounds, bound);
    if (bound.kind !== "always" && request.isDetailed) {
      predicates.push(await describeCondition(condition, bound, found, ports));
    }
  }
  const replacesEvents = target.tableId === "cloudtrail" && scan.name !== "cloudtrail_all";
  const addenda = replacesEvents ? await planReplacing(found, request, store) : null;
  const own = columnsOf(scan, target, named, bounds, found);
  const columns = addenda === null || own === null ? own : [...new Set([...own, "accountid", "metadata.uid"])].sort();
  const planned = await planRead(found, bounds, columns, ports);
  const times = request.engine === "athena" ? scan.times : 1;
  return { scans: [planned, ...(addenda === null ? [] : [addenda])].map((each) => ({ ...each, times })), predicates };
}

interface Bounds {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly accounts: readonly string[] | null;
}

function narrow(bounds: Bounds, bound: ConditionBound): Bounds {
  if (bound.kind === "accounts") {
    const { accounts } = bounds;
    return { ...bounds, accounts: bound.accounts.filter((each) => accounts === null || accounts.includes(each)) };
  }
  if (bound.kind !== "time") return bounds;
  const fromMs = Math.max(bounds.fromMs ?? -Infinity, bound.fromMs ?? -Infinity);
  const toMs = Math.min(bounds.toMs ?? Infinity, bound.toMs ?? Infinity);
  return { ...bounds, fromMs: fromMs === -Infinity ? null : fromMs, toMs: toMs === Infinity ? null : toMs };
}

/** Columns that the scan may read: those that the text names anywhere, and those of the bounds. */
function columnsOf(
  scan: StatementScan,
  target: ViewTarget,
  named: readonly (readonly string[])[],
  bounds: Bounds,
  { definition }: TableState,
): readonly string[] | null {
  if (scan.readsAll) return null;
  const tops = new Set(definition.columns.map(({ name }) => name.toLowerCase()));
  const paths = new Set<string>();
  for (const names of named) {
    const meant = target.pathsOf(names);
    if (meant === null) return null;
    for (const path of meant) if (tops.has(path.split(".")[0] ?? "")) paths.add(path);
  }
  if (bounds.fromMs !== null || bounds.toMs !== null) paths.add(definition.timeColumn);
  if (bounds.accounts !== null && definition.accountColumn !== null) paths.add(definition.accountColumn);
  return [...paths].sort();
}

async function planRead(
  found: TableState,
  bounds: Bounds,
  columns: readonly string[] | null,
  { request, store, engine }: Ports,
): Promise<Omit<PlannedScan, "times">> {
  const estimate = await estimateScan(found, filterOf(bounds), columns, store);
  const footers = request.isDetailed
    ? await readFooters(estimate.files, { ...bounds, columns, definition: found.definition }, store, engine)
    : null;
  const isSized = columns !== null && estimate.sizedFiles === estimate.files.length;
  return {
    ...describe(found, bounds, columns, estimate),
    purpose: "rows",
    rowGroups: footers === null ? null : { left: footers.left, total: footers.total },
    bytes: footers?.bytes ?? estimate.columnBytes,
    bytesFrom: footers !== null ? "footers" : isSized ? "column sizes" : "file sizes",
  };
}

function describe(
  { table, snapshot }: TableState,
  bounds: Bounds,
  columns: readonly string[] | null,
  { files, rows, fileBytes, total }: ScanEstimate,
) {
  return {
    table: table.id,
    snapshotId: snapshot?.["snapshot-id"] ?? null,
    ...bounds,
    columns,
    files: files.length,
    filesTotal: total.files,
    rows,
    rowsTotal: total.rows,
    fileBytes,
    fileBytesTotal: total.fileBytes,
  };
}

const ADDENDUM_COLUMNS = ["metadata.original_event_uid", "metadata.uid", "accountid", "aws.addendum", "time_dt"];

/**
 * Events that an addendum replaced are found by the addenda, which are read beside the rows: DuckDB opens the files that
 * hold some, Athena all files of their days.
 */
async function planReplacing(
  found: TableState,
  request: Pick<PlanRequest, "engine" | "window" | "accounts">,
  store: LakeStore,
): Promise<Omit<PlannedScan, "times"> | null> {
  const { notNull = [], ...filter } = addendaFilter(request);
  let estimate = await estimateScan(found, { ...filter, notNull }, ADDENDUM_COLUMNS, store);
  if (estimate.files.length === 0) return null;
  if (request.engine === "athena") {
    const days = addendaDays(estimate.files);
    const hasDay = (day: number | null) => holdsDay(days, day);
    estimate = await estimateScan(found, { ...filter, hasDay }, ADDENDUM_COLUMNS, store);
  }
  const bounds = { fromMs: filter.fromMs ?? null, toMs: filter.toMs ?? null, accounts: request.accounts };
  return {
    ...describe(found, bounds, ADDENDUM_COLUMNS, estimate),
    purpose: "addenda",
    rowGroups: null,
    bytes: estimate.columnBytes,
    bytesFrom: estimate.sizedFiles === estimate.files.length ? "column sizes" : "file sizes",
  };
}

async function describeCondition(
  condition: Node,
  bound: ConditionBound,
  found: TableState,
  { store, engine }: Ports,
): Promise<PlannedPredicate> {
  const text = await expressionText(condition, engine).catch(() => "(a condition that cannot be shown)");
  const table = found.table.id;
  if (bound.kind === "none") return { table, text, filesPruned: 0, reason: bound.reason };
  const alone = narrow({ fromMs: null, toMs: null, accounts: null }, bound);
  return { table, text, filesPruned: await prunedBy(alone, found, store), reason: null };
}

/** What `--from`, `--to` and `--account` do to each table. */
async function optionPredicates(
  scans: readonly PlannedScan[],
  { request, state, store }: Ports,
): Promise<readonly PlannedPredicate[]> {
  if (!request.isDetailed) return [];
  const { window, accounts } = request;
  const options: readonly (readonly [string, Bounds])[] = [
    ...(window.fromMs === null ? [] : [["--from", { fromMs: window.fromMs, toMs: null, accounts: null }] as const]),
    ...(window.toMs === null ? [] : [["--to", { fromMs: null, toMs: window.toMs, accounts: null }] as const]),
    ...(accounts === null ? [] : [["--account", { fromMs: null, toMs: null, accounts }] as const]),
  ];
  const predicates: PlannedPredicate[] = [];
  for (const table of new Set(scans.map((scan) => scan.table))) {
    const found = tableState(state, table);
    for (const [text, bounds] of options) {
      predicates.push({ table, text, filesPruned: await prunedBy(bounds, found, store), reason: null });
    }
  }
  return predicates;
}

async function prunedBy(bounds: Bounds, found: TableState, store: LakeStore): Promise<number> {
  const { files, total } = await estimateScan(found, filterOf(bounds), [], store);
  return total.files - files.length;
}

function filterOf({ fromMs, toMs, accounts }: Bounds): ScanFilter {
  return {
    ...(fromMs === null ? {} : { fromMs }),
    ...(toMs === null ? {} : { toMs }),
    ...(accounts === null ? {} : { accounts }),
  };
}
