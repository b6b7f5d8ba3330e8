import { toTerminalText } from "../../core/terminal-text.ts";
import { describeWindow, formatInstant } from "../time-window.ts";
import type { PlannedPredicate, PlannedScan, QueryPlan } from "./plan.ts";

/** A plan for people. The texts in it are the analyst's own, made fit for a terminal. */
export function describePlan(plan: QueryPlan): string {
  const lines = [
    ...(plan.scans.length === 0 ? ["no table of the lake is read"] : plan.scans.flatMap(describeScan)),
    "",
    `to be scanned: ${bytesText(plan.scannedBytes)}; on Athena ${bytesText(plan.billedBytes)} would be billed: ${priceText(plan.priceUsd)}`,
    ...describePredicates(plan.predicates),
    ...plan.unbounded.map((table) => `${table} is read without a bound of time: add --from`),
    ...plan.notes,
  ];
  return `${lines.map((line) => toTerminalText(line, 400)).join("\n")}\n`;
}

/** A plan for programs: one object, instants in ISO 8601, keys in snake case. */
export function planJson(plan: QueryPlan): string {
  return JSON.stringify({
    engine: plan.engine,
    scanned_bytes: plan.scannedBytes,
    billed_bytes: plan.billedBytes,
    price_usd: plan.priceUsd,
    unbounded: plan.unbounded,
    unknown: plan.unknown,
    scans: plan.scans.map((scan) => ({
      table: scan.table,
      purpose: scan.purpose,
      snapshot_id: scan.snapshotId,
      times: scan.times,
      from: isoInstant(scan.fromMs),
      to: isoInstant(scan.toMs),
      accounts: scan.accounts,
      columns: scan.columns,
      files: scan.files,
      files_total: scan.filesTotal,
      row_groups: scan.rowGroups?.left ?? null,
      row_groups_total: scan.rowGroups?.total ?? null,
      rows: scan.rows,
      rows_total: scan.rowsTotal,
      file_bytes: scan.fileBytes,
      file_bytes_total: scan.fileBytesTotal,
      bytes: scan.bytes,
      bytes_from: scan.bytesFrom,
    })),
    predicates: plan.predicates.map(({ table, text, filesPruned, reason }) => ({
      table,
      text,
      files_pruned: filesPruned,
      reason,
    })),
    notes: plan.notes,
  });
}

/** Bytes as people read them, in powers of 1000. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const digits = power === 0 ? 0 : 1;
  return `${(bytes / 1000 ** power).toFixed(digits)} ${units[power] ?? "bytes"}`;
}

function priceText(usd: number): string {
  return `$${usd < 0.01 ? usd.toFixed(5) : usd.toFixed(2)}`;
}

function describeScan(scan: PlannedScan): readonly string[] {
  const { table, snapshotId, times, files, filesTotal, rowGroups, rows, rowsTotal, columns, accounts } = scan;
  const parts = [
    `${counted(files)} of ${counted(filesTotal)} files`,
    ...(rowGroups === null ? [] : [`${counted(rowGroups.left)} of their ${counted(rowGroups.total)} row groups`]),
    `at most ${counted(rows)} of ${counted(rowsTotal)} rows`,
    `${bytesText(scan.bytes)} of ${bytesText(scan.fileBytesTotal)} (by ${scan.bytesFrom})`,
    ...(times === 1 ? [] : [`read ${counted(times)} times`]),
  ];
  const bounds = [
    describeWindow({ fromMs: scan.fromMs, toMs: scan.toMs }),
    ...(accounts === null ? [] : [`accounts ${accounts.join(", ") || "(none)"}`]),
    columns === null ? "all columns" : `columns ${columns.join(", ") || "(none)"}`,
  ];
  const purpose = scan.purpose === "addenda" ? " (its addenda, which replace events)" : "";
  return [
    `${table}${snapshotId === null ? "" : `@${snapshotId}`}${purpose}: ${parts.join("; ")}`,
    `  ${bounds.join("; ")}`,
  ];
}

function describePredicates(predicates: readonly PlannedPredicate[]): readonly string[] {
  const lines = predicates.map(({ table, text, filesPruned, reason }) => {
    const effect =
      filesPruned === null ? "" : filesPruned === 0 ? "prunes nothing" : `prunes ${counted(filesPruned)} files`;
    return `  ${table}: ${text}: ${effect}${reason === null ? "" : `: ${reason}`}`;
  });
  return lines.length === 0 ? [] : ["conditions, each by itself:", ...lines];
}

function isoInstant(atMs: number | null): string | null {
  return atMs === null ? null : formatInstant(atMs);
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}
