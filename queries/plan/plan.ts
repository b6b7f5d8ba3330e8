import type { QueryEngineName } from "../../core/config.ts";

/** How the bytes of a scan were found, the best first. */
export type BytesFrom =
  /** The files' own footers: exact, row groups pruned. */
  | "footers"
  /** Sizes of columns in the manifests: exact for whole files. */
  | "column sizes"
  /** The files' sizes: all columns are read, or no sizes of columns are noted. */
  | "file sizes";

/** What a query reads of one table in one place of its text. */
export interface PlannedScan {
  readonly table: string;
  /** What it reads the table for: its rows, or the addenda that replace some of them. */
  readonly purpose: "rows" | "addenda";
  /** Null for a table without rows so far. */
  readonly snapshotId: number | null;
  /** How often the engine reads it: Athena runs a WITH again wherever it is named. */
  readonly times: number;
  /** The bounds by which files were pruned, milliseconds since 1970, half-open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly accounts: readonly string[] | null;
  /** Dotted paths; null: all columns. */
  readonly columns: readonly string[] | null;
  readonly files: number;
  readonly filesTotal: number;
  readonly rows: number;
  readonly rowsTotal: number;
  readonly fileBytes: number;
  readonly fileBytesTotal: number;
  /** Of the files that are left; null where their footers were not read. */
  readonly rowGroups: { readonly left: number; readonly total: number } | null;
  /** For one reading. */
  readonly bytes: number;
  readonly bytesFrom: BytesFrom;
}

/** A condition and what it did. */
export interface PlannedPredicate {
  readonly table: string;
  readonly text: string;
  /** Files that it prunes by itself; null where that was not looked at. */
  readonly filesPruned: number | null;
  /** Why it can prune nothing; null where it can. */
  readonly reason: string | null;
}

/** What a query will read and cost, before it runs. */
export interface QueryPlan {
  readonly engine: QueryEngineName;
  readonly scans: readonly PlannedScan[];
  readonly predicates: readonly PlannedPredicate[];
  /** Of all scans. */
  readonly scannedBytes: number;
  /** What Athena would bill: rounded up to a megabyte, ten of them at least. */
  readonly billedBytes: number;
  readonly priceUsd: number;
  /** Tables of logs that are read without a bound of time at their older end. */
  readonly unbounded: readonly string[];
  /** Tables that the text names and the lake does not have: what they cost is not known here. */
  readonly unknown: readonly string[];
  /** What the planner did not understand, in words. */
  readonly notes: readonly string[];
}

const MEGABYTE = 1_048_576;
/** https://aws.amazon.com/athena/pricing/: bytes are rounded up to a megabyte, with a minimum of ten for a query. */
const LEAST_BILLED_BYTES = 10 * MEGABYTE;

/** What Athena bills for scanned bytes. A terabyte is taken as 10^12 bytes, the dearer reading. */
export function athenaPrice(
  scannedBytes: number,
  usdPerTb: number,
): { readonly billedBytes: number; readonly priceUsd: number } {
  const billedBytes = Math.max(LEAST_BILLED_BYTES, Math.ceil(scannedBytes / MEGABYTE) * MEGABYTE);
  return { billedBytes, priceUsd: Math.round((billedBytes / 1e12) * usdPerTb * 1e8) / 1e8 };
}
