import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import type { FileView } from "./manifest.ts";
import type { FieldRange, ManifestSummary } from "./manifest-list.ts";
import { schemaOf } from "./metadata.ts";
import type { LiveFile, Snapshot } from "./model.ts";
import { type Layout, layoutOf } from "./partition.ts";
import { type Leaf, leavesOf } from "./schema.ts";
import { readLiveFiles, readManifestList } from "./snapshot.ts";

const DAY_MS = 86_400_000;

/** Which rows are wanted. Without a bound of time, rows without a time are wanted too. */
export interface ScanFilter {
  /** Inclusive, milliseconds since 1970. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  /** Rows of other accounts, or of none, are not wanted. */
  readonly accounts?: readonly string[];
  /** Dotted paths of primitive columns, outside lists, that are not null in wanted rows. */
  readonly notNull?: readonly string[];
  /** Whether rows of a day (counted from 1970-01-01; null: rows without a time) are wanted. */
  readonly hasDay?: (day: number | null) => boolean;
}

/** Files that may hold wanted rows; no other live file does. */
export interface ScanPlan {
  readonly files: readonly LiveFile[];
  readonly rowCount: number;
  readonly sizeBytes: number;
  readonly manifestsRead: number;
  readonly manifestsSkipped: number;
}

/**
 * Plans a scan of a snapshot: manifests are pruned by their partition ranges, files by partition and by the bounds of
 * time and account. The plan is by file: the reader still filters rows.
 */
export async function planScan(
  table: Table,
  snapshot: Snapshot | null,
  filter: ScanFilter,
  store: LakeStore,
): Promise<ScanPlan> {
  const wanted = fileTests(table, filter);
  const manifests = await readManifestList(snapshot, store);
  const matching = manifests.filter(wanted.mayHoldFiles);
  const files = await readLiveFiles(table, matching, wanted.mayHoldRows, store);
  return {
    files,
    rowCount: files.reduce((sum, file) => sum + file.rowCount, 0),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    manifestsRead: matching.length,
    manifestsSkipped: manifests.length - matching.length,
  };
}

/** What may hold wanted rows: errs on the side of yes. */
export interface FileTests {
  readonly mayHoldFiles: (manifest: ManifestSummary) => boolean;
  readonly mayHoldRows: (file: FileView) => boolean;
}

/** The tests by which manifests and files of a table are pruned. */
export function fileTests(table: Table, filter: ScanFilter): FileTests {
  const schema = schemaOf(table.metadata);
  const wanted = prepare(filter, layoutOf(table.metadata, schema), leavesOf(schema));
  return {
    mayHoldFiles: (manifest) => mayHoldFiles(manifest, wanted),
    mayHoldRows: (file) => mayHoldRows(file, wanted),
  };
}

interface Wanted {
  readonly layout: Layout;
  readonly hasTime: boolean;
  readonly fromMicros: bigint | null;
  readonly toMicros: bigint | null;
  readonly firstDay: number;
  readonly lastDay: number;
  /** As UTF-8, for comparison in Iceberg's order. */
  readonly accounts: readonly { readonly text: string; readonly bytes: Buffer }[] | null;
  /** -1 for a column that the table does not have: no row has a value there. */
  readonly notNullIds: readonly number[];
  readonly hasDay: (day: number | null) => boolean;
}

function prepare(filter: ScanFilter, layout: Layout, leaves: readonly Leaf[]): Wanted {
  const { fromMs, toMs } = filter;
  return {
    layout,
    hasTime: fromMs !== undefined || toMs !== undefined,
    fromMicros: fromMs === undefined ? null : BigInt(Math.floor(fromMs)) * 1000n,
    toMicros: toMs === undefined ? null : BigInt(Math.ceil(toMs)) * 1000n,
    firstDay: fromMs === undefined ? -Infinity : Math.floor(fromMs / DAY_MS),
    lastDay: toMs === undefined ? Infinity : Math.ceil(toMs / DAY_MS) - 1,
    accounts: filter.accounts?.map((text) => ({ text, bytes: Buffer.from(text) })) ?? null,
    notNullIds: (filter.notNull ?? []).map((path) => leaves.find((leaf) => leaf.path.join(".") === path)?.id ?? -1),
    hasDay: filter.hasDay ?? (() => true),
  };
}

function mayHoldFiles(manifest: ManifestSummary, wanted: Wanted): boolean {
  if (manifest.addedFiles + manifest.existingFiles === 0) return false;
  return mayHoldDays(manifest.days, wanted) && mayHoldAccounts(manifest.accounts, wanted);
}

function mayHoldDays(days: FieldRange<number>, wanted: Wanted): boolean {
  if (!wanted.hasTime) return true;
  if (days.lower === null || days.upper === null) return false;
  return days.lower <= wanted.lastDay && days.upper >= wanted.firstDay;
}

function mayHoldAccounts(accounts: FieldRange<string> | null, wanted: Wanted): boolean {
  if (wanted.accounts === null || accounts === null) return true;
  if (accounts.lower === null || accounts.upper === null) return false;
  return anyBetween(wanted.accounts, Buffer.from(accounts.lower), Buffer.from(accounts.upper));
}

function mayHoldRows(file: FileView, wanted: Wanted): boolean {
  if (wanted.notNullIds.some((id) => id === -1 || file.nullCount(id) === file.rowCount)) return false;
  return wanted.hasDay(file.partition.day) && mayHoldTimes(file, wanted) && mayHoldFileAccounts(file, wanted);
}

function mayHoldTimes(file: FileView, wanted: Wanted): boolean {
  if (!wanted.hasTime) return true;
  const { day } = file.partition;
  if (day === null || day < wanted.firstDay || day > wanted.lastDay) return false;
  const lower = file.lowerBound(wanted.layout.timeFieldId)?.readBigInt64LE() ?? null;
  const upper = file.upperBound(wanted.layout.timeFieldId)?.readBigInt64LE() ?? null;
  if (lower !== null && wanted.toMicros !== null && lower >= wanted.toMicros) return false;
  return upper === null || wanted.fromMicros === null || upper >= wanted.fromMicros;
}

function mayHoldFileAccounts(file: FileView, wanted: Wanted): boolean {
  const fieldId = wanted.layout.accountFieldId;
  if (wanted.accounts === null || fieldId === null) return true;
  const { account } = file.partition;
  if (account !== undefined) return wanted.accounts.some((each) => each.text === account);
  if (file.nullCount(fieldId) === file.rowCount) return false;
  return anyBetween(wanted.accounts, file.lowerBound(fieldId), file.upperBound(fieldId));
}

function anyBetween(accounts: NonNullable<Wanted["accounts"]>, lower: Buffer | null, upper: Buffer | null): boolean {
  return accounts.some(
    ({ bytes }) =>
      (lower === null || Buffer.compare(bytes, lower) >= 0) && (upper === null || Buffer.compare(bytes, upper) <= 0),
  );
}
