/**
 * What a scan would read, from manifests alone: no data file is opened. The columns that it names are counted by the
 * sizes that the manifests hold for each file; files whose sizes nobody noted count whole.
 */
import type { LakeStore } from "../core/lake-store.ts";
import type { Table } from "./catalog.ts";
import type { FileView } from "./manifest.ts";
import { schemaOf } from "./metadata.ts";
import type { IcebergStruct, IcebergType, LiveFile, Snapshot } from "./model.ts";
import { fileTests, type ScanFilter } from "./plan-scan.ts";
import { leavesOf } from "./schema.ts";
import { readLiveFiles, readManifestList } from "./snapshot.ts";

/** What a scan of a snapshot reads, and out of how much. */
export interface ScanEstimate {
  readonly files: readonly LiveFile[];
  readonly rows: number;
  /** Of the files, whole. */
  readonly fileBytes: number;
  /** Of the columns in these files; files without noted sizes count whole. */
  readonly columnBytes: number;
  /** Files whose columns' sizes are noted. */
  readonly sizedFiles: number;
  readonly total: { readonly files: number; readonly rows: number; readonly fileBytes: number };
}

/**
 * Estimates a scan. `columns` are dotted paths of columns or of parts of them, null for all; paths that the table does
 * not have count nothing. Inside lists sizes are not noted: what is left of a file when all others are taken off counts
 * for any of them.
 */
export async function estimateScan(
  { table, snapshot }: { readonly table: Table; readonly snapshot: Snapshot | null },
  filter: ScanFilter,
  columns: readonly string[] | null,
  store: LakeStore,
): Promise<ScanEstimate> {
  const tests = fileTests(table, filter);
  const read = columns === null ? null : chosenColumns(schemaOf(table.metadata), columns);
  const sums = { rows: 0, fileBytes: 0, columnBytes: 0, sizedFiles: 0 };
  const matches = (file: FileView) => {
    if (!tests.mayHoldRows(file)) return false;
    const bytes = read === null ? file.sizeBytes : columnBytes(file, read);
    sums.rows += file.rowCount;
    sums.fileBytes += file.sizeBytes;
    sums.columnBytes += bytes ?? file.sizeBytes;
    sums.sizedFiles += bytes === null ? 0 : 1;
    return true;
  };
  const manifests = (await readManifestList(snapshot, store)).filter(tests.mayHoldFiles);
  const files = await readLiveFiles(table, manifests, matches, store);
  const total = (name: string) => Number(snapshot?.summary[name] ?? 0);
  return {
    files,
    ...sums,
    total: { files: total("total-data-files"), rows: total("total-records"), fileBytes: total("total-files-size") },
  };
}

interface ChosenColumns {
  readonly ids: readonly number[];
  readonly allIds: readonly number[];
  readonly hasLists: boolean;
}

function chosenColumns(schema: IcebergStruct, columns: readonly string[]): ChosenColumns {
  const wanted = columns.map((path) => path.toLowerCase().split("."));
  const leaves = leavesOf(schema);
  const isWanted = (path: readonly string[]) => wanted.some((each) => overlaps(each, path));
  return {
    ids: leaves.filter((leaf) => isWanted(leaf.path)).map((leaf) => leaf.id),
    allIds: leaves.map((leaf) => leaf.id),
    hasLists: listPaths(schema, []).some(isWanted),
  };
}

/** Whether one path leads to the other, names being without case. */
function overlaps(wanted: readonly string[], path: readonly string[]): boolean {
  return wanted.every((name, index) => index >= path.length || name === path[index]?.toLowerCase());
}

function listPaths(struct: IcebergStruct, prefix: readonly string[]): readonly (readonly string[])[] {
  return struct.fields.flatMap((field) => listsIn(field.type, [...prefix, field.name]));
}

function listsIn(type: IcebergType, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof type === "string") return [];
  return type.type === "list" ? [path] : listPaths(type, path);
}

function columnBytes(file: FileView, { ids, allIds, hasLists }: ChosenColumns): number | null {
  let bytes = 0;
  for (const id of ids) {
    // A column that was added after the file was written is not in it.
    const size = file.valueCount(id) === null ? 0 : file.columnSize(id);
    if (size === null) return null;
    bytes += size;
  }
  if (!hasLists) return bytes;
  const noted = allIds.reduce((sum, id) => sum + (file.columnSize(id) ?? 0), 0);
  return bytes + Math.max(0, file.sizeBytes - noted);
}
