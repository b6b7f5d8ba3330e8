/**
 * The lake's snapshots, a window and accounts in; the tables as Athena's WITH names them out. What `snapshot-views.ts` is
 * for DuckDB: the text sees each table as of one snapshot, bound to the window, under its plain name.
 */
import { quoteAthenaParameter } from "../../core/athena-parameter.ts";
import { DELIVERIES_TABLE } from "../../core/delivery.ts";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { LEDGER_TABLE, REJECTS_TABLE } from "../../core/ledger.ts";
import type { Source } from "../../core/source.ts";
import { sqlName } from "../../core/sql-engine.ts";
import type { SqlToken } from "../../core/sql-tokens.ts";
import type { TableDefinition } from "../../core/table.ts";
import type { Lake } from "../../lake/catalog.ts";
import { ADDENDA_REACH_MS, type AddendaDays, addendaDays, planAddenda } from "../addenda.ts";
import { type LakeState, type TableState, tableState } from "../lake-state.ts";
import type { NameView } from "../names/name-views.ts";
import { ALL_TIME, type TimeWindow } from "../time-window.ts";
import { athenaRelation } from "./table-relation.ts";

/** Which rows the tables give. */
export interface CteOptions {
  readonly sources: readonly Source[];
  readonly window: TimeWindow;
  /** Null: all accounts. */
  readonly accounts: readonly string[] | null;
  /** The Glue database that holds the lake's tables. */
  readonly database: string;
  /** Views under other names that the text uses. */
  readonly nameViews: readonly NameView[];
  /** A SELECT over a relation named `findings` (of any time) that gives the alerts, in Athena's SQL. */
  readonly athenaAlertsSql: string;
  readonly mayName: (table: string) => boolean;
}

/** A name of WITH and the SELECT behind it. */
export interface Cte {
  readonly name: string;
  readonly sql: string;
}

/** Names that a text may use for tables, whether or not they hold rows. */
export function athenaTables(sources: readonly Source[]): readonly string[] {
  return [...sources.map(({ table }) => table.id), "cloudtrail_all", "alerts", ...OTHERS.map(({ id }) => id)];
}

const OTHERS: readonly TableDefinition[] = [FINDINGS_TABLE, LEDGER_TABLE, REJECTS_TABLE, DELIVERIES_TABLE];

/** The tables that a text names. The window and the accounts bind sources and findings; what became of objects stays whole. */
export async function snapshotCtes(
  options: CteOptions,
  state: LakeState,
  lake: Pick<Lake, "store">,
): Promise<readonly Cte[]> {
  const ctes: Cte[] = [];
  for (const { table: definition } of options.sources) {
    const { id } = definition;
    const isTrail = id === "cloudtrail";
    const views = options.nameViews.filter((view) => view.table === id);
    const isNamed = options.mayName(id) || (isTrail && options.mayName("cloudtrail_all"));
    if (!isNamed && views.length === 0) continue;
    const found = tableState(state, id);
    const rows = `SELECT * FROM ${athenaRelation(found, options.database)}${whereOf(definition, options)}`;
    if (isTrail) ctes.push({ name: "cloudtrail_all", sql: rows });
    ctes.push({ name: id, sql: isTrail ? await withoutReplaced(found, options, lake) : rows });
    for (const view of views) ctes.push({ name: view.name, sql: view.sql("trino") });
  }
  for (const definition of OTHERS.filter(({ id }) => options.mayName(id))) {
    const relation = athenaRelation(tableState(state, definition.id), options.database);
    const where = definition === FINDINGS_TABLE ? whereOf(definition, options) : "";
    const sql = definition === LEDGER_TABLE ? lastDecisions(relation) : `SELECT * FROM ${relation}${where}`;
    ctes.push({ name: definition.id, sql });
  }
  if (options.mayName("alerts")) ctes.push({ name: "alerts", sql: alertsOf(options, state) });
  return ctes;
}

/** As the view on DuckDB: made of findings of any time, and in the window when any moment of it is. */
function alertsOf(options: CteOptions, state: LakeState): string {
  const relation = athenaRelation(tableState(state, FINDINGS_TABLE.id), options.database);
  const findings = `SELECT * FROM ${relation}${whereOf(FINDINGS_TABLE, { ...options, window: ALL_TIME })}`;
  const { fromMs, toMs } = options.window;
  const terms = [...timeTerms("last_at", { fromMs, toMs: null }), ...timeTerms("first_at", { fromMs: null, toMs })];
  const where = terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`;
  return `WITH findings AS (${findings}) SELECT * FROM (${options.athenaAlertsSql})${where}`;
}

/** A text that sees the tables. Its own WITH goes on after ours. */
export function withCtes(sql: string, tokens: readonly SqlToken[], ctes: readonly Cte[]): string {
  if (ctes.length === 0) return sql;
  const list = ctes.map(({ name, sql: body }) => `${sqlName(name)} AS (${body})`).join(",\n");
  const [first, second] = tokens;
  if (first?.text.toUpperCase() !== "WITH") return `WITH ${list}\n${sql}`;
  const isRecursive = second?.text.toUpperCase() === "RECURSIVE";
  const rest = sql.slice((isRecursive ? second : first).end);
  return `WITH ${isRecursive ? "RECURSIVE " : ""}${list},${rest}`;
}

/** As `supersedingView` says it for DuckDB. Without any addendum there is nothing to look for. */
async function withoutReplaced(found: TableState, options: CteOptions, { store }: Pick<Lake, "store">) {
  const all = "SELECT * FROM cloudtrail_all";
  const addenda = await planAddenda(found, options, store);
  if (addenda.length === 0) return all;
  const { fromMs, toMs } = options.window;
  const window = { fromMs, toMs: toMs === null ? null : toMs + ADDENDA_REACH_MS };
  const terms = [
    "metadata.original_event_uid <> metadata.uid",
    "json_extract_scalar(aws.addendum, '$.reason') = 'UPDATED_DATA'",
    ...boundTerms(found.definition, { ...options, window }),
    dayTerm(sqlName(found.definition.timeColumn), addendaDays(addenda)),
  ];
  const replacing = `SELECT DISTINCT metadata.original_event_uid AS uid, accountid FROM ${athenaRelation(found, options.database)} WHERE ${terms.join(" AND ")}`;
  // The engine has no anti join, and takes no NOT EXISTS that looks into a struct of the outer row.
  return `SELECT event.* FROM cloudtrail_all AS event LEFT JOIN (${replacing}) AS addendum
    ON addendum.uid = event.metadata.uid AND addendum.accountid = event.accountid WHERE addendum.uid IS NULL`;
}

/** An object that could not be read is tried again by a later run: the last decision about a version is its state. */
function lastDecisions(relation: string): string {
  const columns = LEDGER_TABLE.columns.map(({ name }) => sqlName(name)).join(", ");
  const number = "row_number() OVER (PARTITION BY object, object_version ORDER BY decided_at DESC)";
  return `SELECT ${columns} FROM (SELECT *, ${number} AS decision FROM ${relation}) WHERE decision = 1`;
}

function whereOf(definition: TableDefinition, options: CteOptions): string {
  const terms = boundTerms(definition, options);
  return terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`;
}

function boundTerms(definition: TableDefinition, { window, accounts }: CteOptions): readonly string[] {
  const times = timeTerms(sqlName(definition.timeColumn), window);
  if (accounts === null || definition.accountColumn === null) return times;
  return [...times, `${sqlName(definition.accountColumn)} IN (${accounts.map(quoteAthenaParameter).join(", ")})`];
}

/** The days that the manifests know to hold addenda: the engine would look for them in all the others, too. */
function dayTerm(column: string, { ranges, hasTimeless }: AddendaDays): string {
  const terms = ranges.map((range) => `(${timeTerms(column, range).join(" AND ")})`);
  return `(${[...terms, ...(hasTimeless ? [`${column} IS NULL`] : [])].join(" OR ")})`;
}

function timeTerms(column: string, { fromMs, toMs }: TimeWindow): readonly string[] {
  return [
    ...(fromMs === null ? [] : [`${column} >= ${quoteAthenaParameter(new Date(fromMs))}`]),
    ...(toMs === null ? [] : [`${column} < ${quoteAthenaParameter(new Date(toMs))}`]),
  ];
}
