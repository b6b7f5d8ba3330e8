/**
 * A batch's relation in, hits out: which rule matched which row, why, and whom it is about. One pass of SQL over the
 * batch for all rules; then the matched rows alone are rebuilt as raw records, in bounded pages, explained, and judged
 * by the rules' code where they have any.
 */
import type { DetectionLists, Reason } from "../../core/detection-rule.ts";
import type { RawRecord } from "../../core/raw-record.ts";
import type { Source } from "../../core/source.ts";
import { type SqlEngine, sqlName } from "../../core/sql-engine.ts";
import type { Detection } from "../detection.ts";
import { rawRowSelect, rawRowSizeSql, rebuildRecord } from "../raw-row.ts";
import { explain } from "../sigma/explain.ts";
import { matchRules } from "../sql/rule-pass.ts";
import { entityOf } from "./entity-of.ts";

/** Matched rows that are in memory at once: rows, and bytes of their JSON columns. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 8_388_608;
/** What a finding quotes: enough to see why, not enough to fill a disk. */
const MAX_REASONS = 20;
const MAX_VALUES = 5;
const MAX_QUOTED_CHARACTERS = 256;

/** What `findHits` works on. */
export interface HitsInput {
  readonly engine: SqlEngine;
  readonly source: Source;
  /** Table with the source's columns. */
  readonly relation: string;
  readonly detections: readonly Detection[];
  readonly lists: DetectionLists;
  /** Prefix of the temporary tables that are made and, but for the result, dropped. */
  readonly prefix: string;
}

/**
 * Makes the temporary table `<prefix>_hits`: `row_id` (rowid in the relation), `rule` (index into `detections`), `why`
 * (JSON text), `entity`. Returns its name and its number of rows; whoever calls drops it.
 */
export async function findHits(input: HitsInput): Promise<{ readonly table: string; readonly rowCount: number }> {
  const { engine, source, relation, detections } = input;
  const matches = `${input.prefix}_matches`;
  const table = `${input.prefix}_hits`;
  const rules = detections.map(({ id, rule }) => ({ condition: rule.condition, place: { file: `${id}/rule.yml` } }));
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} (row_id BIGINT, rule INTEGER, why VARCHAR, entity VARCHAR)`);
  let rowCount = 0;
  try {
    await matchRules(rules, source, relation, matches, engine);
    const matched = await engine.all(`SELECT row_id, rules, ${rawRowSizeSql(source)} AS size_bytes
      FROM (SELECT row_id, list(rule ORDER BY rule) AS rules FROM ${matches} GROUP BY row_id) AS logkeep_match
      JOIN ${sqlName(relation)} AS logkeep_row ON logkeep_row.rowid = logkeep_match.row_id ORDER BY row_id`);
    const rulesOfRow = new Map(matched.map((row) => [Number(row.row_id), ruleIndexes(row.rules)]));
    for (const page of planPages(
      matched.map((row) => ({ id: Number(row.row_id), sizeBytes: Number(row.size_bytes) })),
    )) {
      const rows = await engine.all(`SELECT logkeep_row.rowid AS row_id, ${rawRowSelect(source)}
        FROM ${sqlName(relation)} AS logkeep_row WHERE logkeep_row.rowid IN (${page.join(", ")}) ORDER BY row_id`);
      const hits = rows.flatMap((row) => {
        const record = rebuildRecord(source, row);
        const rowId = Number(row.row_id);
        return (rulesOfRow.get(rowId) ?? []).flatMap((rule) => judge(rowId, rule, record, input));
      });
      rowCount += hits.length;
      await insertHits(hits, table, engine);
    }
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${matches}`);
  }
  return { table, rowCount };
}

interface Hit {
  readonly row_id: number;
  readonly rule: number;
  readonly why: string;
  readonly entity: string;
}

function judge(rowId: number, index: number, record: RawRecord, { detections, lists }: HitsInput): readonly Hit[] {
  const detection = detections[index];
  if (detection === undefined) return [];
  const reasons = detection.test === null ? explain(detection.rule.condition, record) : detection.test(record, lists);
  if (reasons === null) return [];
  const selection = detection.test === null ? {} : { selection: "rule.ts" };
  const why = reasons.slice(0, MAX_REASONS).map((reason: Reason) => ({
    ...selection,
    ...reason,
    values: reason.values.slice(0, MAX_VALUES).map((value) => value.slice(0, MAX_QUOTED_CHARACTERS).toWellFormed()),
  }));
  const entity = entityOf(detection.rule, record).toWellFormed();
  return [{ row_id: rowId, rule: index, why: JSON.stringify(why), entity }];
}

async function insertHits(hits: readonly Hit[], table: string, engine: SqlEngine): Promise<void> {
  if (hits.length === 0) return;
  await engine.run(
    `INSERT INTO ${table} SELECT hit.row_id, hit.rule, hit.why, hit.entity FROM (SELECT unnest(from_json($hits, $types)) AS hit)`,
    { hits: JSON.stringify(hits), types: '[{"row_id":"BIGINT","rule":"INTEGER","why":"VARCHAR","entity":"VARCHAR"}]' },
  );
}

function ruleIndexes(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** Splits rows into pages bounded in rows and in bytes; a page has at least one row. */
export function planPages(
  rows: readonly { readonly id: number; readonly sizeBytes: number }[],
): readonly (readonly number[])[] {
  const pages: number[][] = [];
  let page: number[] = [];
  let bytes = 0;
  for (const { id, sizeBytes } of rows) {
    if (page.length > 0 && (page.length >= PAGE_ROWS || bytes + sizeBytes > PAGE_BYTES)) {
      pages.push(page);
      page = [];
      bytes = 0;
    }
    page.push(id);
    bytes += sizeBytes;
  }
  return page.length === 0 ? pages : [...pages, page];
}
