/**
 * A detection's cases in, a report out: does the rule fire where it should and stay silent where it should, and is each
 * near miss as near as it claims.
 */
import { isObject } from "../../core/raw-record.ts";
import { type Detection, type DetectionFiles, loadDetections } from "../detection.ts";
import { evaluate } from "../sigma/evaluate.ts";
import { lintDetection } from "./lint.ts";
import type { DetectionCase } from "./read-cases.ts";

/** How one case came out. */
export interface CaseResult {
  readonly name: string;
  readonly expectsMatch: boolean;
  readonly matched: boolean;
  /** Null when the case came out as it should. */
  readonly fault: string | null;
}

/** How a detection's cases came out. */
export interface DetectionReport {
  readonly id: string;
  readonly results: readonly CaseResult[];
  /** What is wrong with the detection as a whole: too few cases, lint. */
  readonly faults: readonly string[];
}

/** Runs one detection's cases through the reference evaluator and its code. Pure: the cases are given. */
export function checkCases(files: DetectionFiles, cases: readonly DetectionCase[]): DetectionReport {
  const results = cases.map((one): CaseResult => {
    const [detection] = loadDetections([files], one.lists);
    const matched = detection !== undefined && matchesCase(detection, one);
    return { name: one.name, expectsMatch: one.expectsMatch, matched, fault: faultOf(one, matched, cases) };
  });
  const faults = [
    ...(cases.some((one) => one.expectsMatch) ? [] : ["it has no match case"]),
    ...(cases.some((one) => !one.expectsMatch) ? [] : ["it has no near miss"]),
    ...(files.runbook.trim() === "" ? ["it has no runbook"] : []),
    ...loadDetections([files], { egressAddresses: null, accounts: null }).flatMap(lintDetection),
  ];
  return { id: files.id, results, faults };
}

/** True when nothing is wrong in the report. */
export function isClean(report: DetectionReport): boolean {
  return report.faults.length === 0 && report.results.every(({ fault }) => fault === null);
}

/** What the detection decides about a case's record, without SQL. */
export function matchesCase(detection: Detection, one: DetectionCase): boolean {
  if (!evaluate(detection.rule.condition, one.record)) return false;
  return detection.test === null || detection.test(one.record, one.lists) !== null;
}

function faultOf(one: DetectionCase, matched: boolean, cases: readonly DetectionCase[]): string | null {
  if (matched !== one.expectsMatch)
    return one.expectsMatch ? "it should match and does not" : "it should not match and does";
  if (one.expectsMatch) return null;
  const isNear = cases.some((other) => other.expectsMatch && countDifferences(other, one) === 1);
  return isNear ? null : "it differs from every match case in more than one field";
}

function countDifferences(match: DetectionCase, nearMiss: DetectionCase): number {
  // What names the event differs between any two; it is no field of the case.
  const without = ({ record, lists }: DetectionCase): unknown => ({
    lists,
    record: { ...record, eventID: 0, requestID: 0, eventTime: 0 },
  });
  return differences(without(match), without(nearMiss));
}

/**
 * In how many places two values differ, counted at the highest place where one is there and the other is not; a payload
 * written as JSON text (a policy document) counts as one field.
 */
export function differences(left: unknown, right: unknown): number {
  if (isObject(left) && isObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].reduce((sum, key) => sum + differences(left[key], right[key]), 0);
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.reduce((sum: number, item, index) => sum + differences(item, right[index]), 0);
  }
  return JSON.stringify(left) === JSON.stringify(right) ? 0 : 1;
}
