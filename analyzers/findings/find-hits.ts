/**
 * A batch's relation in, hits out: which rule matched which row, why, and whom it is about. One pass of SQL for all
 * rules; then, for matched rows only, the explanation, and for rules in TypeScript the verdict.
 */
import type { DetectionLists } from "../../core/detection-rule.ts";
import type { Source } from "../../core/source.ts";
import { type SqlEngine, sqlName } from "../../core/sql-engine.ts";
import type { Detection } from "../detection.ts";
import { rawRowSelect, rawRowSizeSql, rebuildRecord } from "../raw-row.ts";
import { explanationSql } from "../sql/expression-sql.ts";
import { rulePassSql } from "../sql/rule-pass.ts";
import { entitySql } from "./entity-sql.ts";

/** Candidates that are in memory at once: rows, and bytes of their JSON columns. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 8_388_608;
const MAX_REASONS = 20;
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
 * (JSON text), `entity`. Returns its name; whoever calls drops it.
 */
export async function findHits(input: HitsInput): Promise<string> {
  const { engine, source, relation, detections } = input;
  const matches = `${input.prefix}_matches`;
  const hits = `${input.prefix}_hits`;
  const rules = detections.map(({ id, rule }) => ({ condition: rule.condition, place: { file: `${id}/rule.yml` } }));
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${hits} (row_id BIGINT, rule INTEGER, why VARCHAR, entity VARCHAR)`);
  try {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${matches} AS ${rulePassSql(rules, source, relation)}`);
    const matched = await engine.all(`SELECT DISTINCT rule FROM ${matches} ORDER BY rule`);
    for (const row of matched) {
      const index = Number(row.rule);
      const detection = detections[index];
      if (detection === undefined) continue;
      if (detection.test !== null) await keepConfirmed(input, matches, index);
      const why =
        detection.test === null
          ? explanationSql(detection.rule.condition, source, { file: `${detection.id}/rule.yml` })
          : "logkeep_match.why";
      await engine.run(`INSERT INTO ${hits} SELECT logkeep_match.row_id, ${index}, ${why}, ${entitySql(detection.rule, source)}
        FROM ${detection.test === null ? matches : confirmedTable(input)} AS logkeep_match
        JOIN ${sqlName(relation)} AS logkeep_row ON logkeep_row.rowid = logkeep_match.row_id
        WHERE logkeep_match.rule = ${index}`);
    }
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${matches}`);
    await engine.run(`DROP TABLE IF EXISTS ${confirmedTable(input)}`);
  }
  return hits;
}

function confirmedTable(input: HitsInput): string {
  return `${input.prefix}_confirmed`;
}

/** Puts the candidates that the rule's code confirms into the table of confirmed ones, with their reasons. */
async function keepConfirmed(input: HitsInput, matches: string, rule: number): Promise<void> {
  const { engine, source, relation } = input;
  const confirmed = confirmedTable(input);
  await engine.run(`CREATE TEMP TABLE IF NOT EXISTS ${confirmed} (row_id BIGINT, rule INTEGER, why VARCHAR)`);
  const candidates = await engine.all(`SELECT row_id, ${rawRowSizeSql(source)} AS size_bytes
    FROM ${matches} AS logkeep_match JOIN ${sqlName(relation)} AS logkeep_row ON logkeep_row.rowid = logkeep_match.row_id
    WHERE logkeep_match.rule = ${rule} ORDER BY row_id`);
  for (const page of planPages(
    candidates.map((row) => ({ id: Number(row.row_id), sizeBytes: Number(row.size_bytes) })),
  )) {
    const rows = await engine.all(`SELECT logkeep_row.rowid AS row_id, ${rawRowSelect(source)}
      FROM ${sqlName(relation)} AS logkeep_row WHERE logkeep_row.rowid IN (${page.join(", ")}) ORDER BY row_id`);
    const kept = rows.flatMap((row) => {
      const reasons = input.detections[rule]?.test?.(rebuildRecord(source, row), input.lists) ?? null;
      if (reasons === null) return [];
      const why = reasons.slice(0, MAX_REASONS).map(({ field, values }) => ({
        selection: "rule.ts",
        field,
        values: values.map((value) => value.slice(0, MAX_QUOTED_CHARACTERS)),
      }));
      return [{ row_id: Number(row.row_id), why: JSON.stringify(why) }];
    });
    if (kept.length === 0) continue;
    await engine.run(
      `INSERT INTO ${confirmed} SELECT hit.row_id, ${rule}, hit.why
       FROM (SELECT unnest(from_json($kept, '[{"row_id":"BIGINT","why":"VARCHAR"}]')) AS hit)`,
      { kept: JSON.stringify(kept) },
    );
  }
}

/** Splits candidates into pages bounded in rows and in bytes; a page has at least one row. */
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
