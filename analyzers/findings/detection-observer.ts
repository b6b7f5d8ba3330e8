import { createHash } from "node:crypto";
import type { BatchObserver, DerivedRows, NormalizedBatch } from "../../core/batch.ts";
import type { DetectionLists } from "../../core/detection-rule.ts";
import { FINDINGS_TABLE } from "../../core/finding.ts";
import { type Detection, readsSource } from "../detection.ts";
import { findHits } from "./find-hits.ts";
import { findingsSql } from "./findings-sql.ts";

/**
 * Runs every detection over each batch and derives findings from it. The rows depend on the batch's rows and on the
 * rules alone: seeing a batch again gives the same findings, with the same ids.
 */
export function createDetectionObserver(detections: readonly Detection[], lists: DetectionLists): BatchObserver {
  return { observe: (batch) => observeBatch(batch, detections, lists) };
}

async function observeBatch(
  batch: NormalizedBatch,
  detections: readonly Detection[],
  lists: DetectionLists,
): Promise<readonly DerivedRows[]> {
  const { engine, source, relation } = batch;
  const applicable = detections.filter(({ rule }) => readsSource(rule, source));
  if (applicable.length === 0 || batch.rowCount === 0) return [];
  // Batch ids are ours, but not made to be SQL names.
  const prefix = `detections_${createHash("sha256").update(`${source.id}\0${batch.id}`).digest("hex").slice(0, 16)}`;
  const hits = await findHits({ engine, source, relation, detections: applicable, lists, prefix });
  const findings = `${prefix}_findings`;
  try {
    if (hits.rowCount === 0) return [];
    const select = findingsSql(hits.table, relation, source, applicable, batch.id);
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${findings} AS ${select}`);
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${hits.table}`);
  }
  return [{ table: FINDINGS_TABLE, relation: findings, rowCount: hits.rowCount }];
}
