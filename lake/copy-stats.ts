import { type SqlRow, sqlName } from "../core/sql-engine.ts";
import type { PrimitiveType } from "../core/table.ts";
import { encodeBound, lowerBound, parseStatistic, upperBound } from "./bounds.ts";
import { corruptFile } from "./errors.ts";
import type { DataFile, IcebergSchema, PartitionTuple } from "./model.ts";
import { leavesOf } from "./schema.ts";

/**
 * A data file from the one row that `COPY ... RETURN_STATS` returns: `filename`, `count`, `file_size_bytes` and
 * `column_statistics`, a map of quoted dotted paths to maps of text. Fields of structs get counts and sizes, by
 * which a query's cost is known before, but no bounds: every plan reads them, and they would be most of a manifest.
 */
export function dataFileFrom(
  row: SqlRow,
  path: string,
  specId: number,
  partition: PartitionTuple,
  schema: IcebergSchema,
): DataFile {
  const statistics = readMap(row["column_statistics"]);
  const columnSizes: Record<string, number> = {};
  const valueCounts: Record<string, number> = {};
  const nullCounts: Record<string, number> = {};
  const lowerBounds: Record<string, string> = {};
  const upperBounds: Record<string, string> = {};
  for (const leaf of leavesOf(schema)) {
    const column = readMap(statistics.get(leaf.path.map(sqlName).join(".")));
    const put = (into: Record<string, number>, key: string) => {
      const text = column.get(key);
      if (typeof text === "string" && /^[0-9]+$/.test(text)) into[leaf.id] = Number(text);
    };
    put(valueCounts, "num_values");
    put(nullCounts, "null_count");
    put(columnSizes, "column_size_bytes");
    if (leaf.path.length > 1) continue;
    // Bounds of a column with NaN would hide the NaN rows from readers that compare them.
    if (column.get("has_nan") === "true") continue;
    const lower = boundOf(leaf.type, column.get("min"), lowerBound);
    const upper = boundOf(leaf.type, column.get("max"), upperBound);
    if (lower !== null) lowerBounds[leaf.id] = lower;
    if (upper !== null) upperBounds[leaf.id] = upper;
  }
  return {
    path,
    specId,
    partition,
    isSorted: true,
    rowCount: readCount(row["count"], path),
    sizeBytes: readCount(row["file_size_bytes"], path),
    columnSizes,
    valueCounts,
    nullCounts,
    lowerBounds,
    upperBounds,
  };
}

function boundOf(type: PrimitiveType, text: unknown, shorten: typeof upperBound): string | null {
  if (typeof text !== "string") return null;
  const value = parseStatistic(type, text);
  const bound = value === null ? null : shorten(value);
  return bound === null ? null : encodeBound(type, bound);
}

/** The engine gives a map as a list of keys and values. */
function readMap(value: unknown): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>();
  for (const entry of Array.isArray(value) ? value : []) {
    if (typeof entry === "object" && entry !== null && "key" in entry && "value" in entry) {
      map.set(String(entry.key), entry.value);
    }
  }
  return map;
}

function readCount(value: unknown, path: string): number {
  if (typeof value !== "bigint" && typeof value !== "number") throw corruptFile(path, "no count of rows or bytes");
  return Number(value);
}
