import { isLogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { Catalog, Table } from "./catalog.ts";
import { movedTable } from "./errors.ts";
import { absoluteUri } from "./manifest.ts";
import { decodeMetadata, encodeMetadata, logPrevious } from "./metadata.ts";
import type { TableMetadata } from "./model.ts";
import { refuseOtherCatalog } from "./other-catalog.ts";
import { checkedTableId } from "./table-id.ts";

const VERSION_FILE = /\/v([1-9][0-9]*)\.metadata\.json$/;

/**
 * A catalog in the lake's own folder. `<table>/metadata/v<N>.metadata.json` is created exclusively: whoever creates the
 * next number has committed. `version-hint.text` only says where to start looking; it may be stale, wrong or absent.
 * A kill before the create leaves nothing, after it a commit with a stale hint.
 */
export function fileCatalog(store: LakeStore): Catalog {
  const write = async (tableId: string, version: number, metadata: TableMetadata): Promise<Table | null> => {
    if (!(await writeVersion(store, tableId, version, metadata))) return null;
    return { id: tableId, version: String(version), metadataPath: metadataPath(tableId, version), metadata };
  };
  return {
    list: () => listTables(store),
    load: (tableId) => load(store, tableId),
    create: async (tableId, metadata) => {
      if ((await load(store, tableId)) !== null) return null;
      return write(tableId, 1, metadata);
    },
    commit: async (expected, metadata) => {
      const version = Number(expected.version) + 1;
      // Cleaning removes old versions, so a writer that slept through many commits could find its number free again.
      const hint = await readHint(store, expected.id);
      if (hint !== null && hint >= version) return null;
      const logged = logPrevious(
        metadata,
        absoluteUri(store, expected.metadataPath),
        expected.metadata["last-updated-ms"],
      );
      return write(expected.id, version, logged);
    },
  };
}

/** A version of a table's metadata, wherever the table lay when it was written. */
export interface MetadataVersion {
  readonly version: number;
  readonly metadata: TableMetadata;
}

/** The newest version of a table's metadata, or null. It is not checked that the table lies where it says. */
export async function readNewestVersion(store: LakeStore, tableId: string): Promise<MetadataVersion | null> {
  const newest = await readNewest(store, checkedTableId(tableId));
  if (newest === null) return null;
  return { version: newest.version, metadata: decodeMetadata(metadataPath(tableId, newest.version), newest.content) };
}

/** Makes a version the newest; false when there is one of that number already. */
export async function writeVersion(
  store: LakeStore,
  tableId: string,
  version: number,
  metadata: TableMetadata,
): Promise<boolean> {
  if (!(await store.createExclusive(metadataPath(tableId, version), encodeMetadata(metadata)))) return false;
  await store.replace(hintPath(tableId), Buffer.from(String(version), "utf8"));
  return true;
}

async function load(store: LakeStore, tableId: string): Promise<Table | null> {
  const newest = await readNewest(store, checkedTableId(tableId));
  if (newest === null) {
    await refuseOtherCatalog(store, tableId, "file");
    return null;
  }
  const path = metadataPath(tableId, newest.version);
  const metadata = decodeMetadata(path, newest.content);
  if (metadata.location !== absoluteUri(store, tableId)) {
    throw movedTable(path);
  }
  return { id: tableId, version: String(newest.version), metadataPath: path, metadata };
}

async function readNewest(
  store: LakeStore,
  tableId: string,
): Promise<{ readonly version: number; readonly content: Uint8Array } | null> {
  let version = await readHint(store, tableId);
  if (version !== null) {
    while (await store.exists(metadataPath(tableId, version + 1))) version += 1;
    const content = await readIfThere(store, metadataPath(tableId, version));
    if (content !== null) return { version, content };
  }
  // No hint, or one that is wrong.
  const listed = await newestListed(store, tableId);
  return listed === null ? null : { version: listed, content: await store.read(metadataPath(tableId, listed)) };
}

async function newestListed(store: LakeStore, tableId: string): Promise<number | null> {
  let newest: number | null = null;
  for await (const { path } of store.list(`${tableId}/metadata`)) {
    const version = Number(VERSION_FILE.exec(path)?.[1] ?? 0);
    if (version > (newest ?? 0)) newest = version;
  }
  return newest;
}

async function readHint(store: LakeStore, tableId: string): Promise<number | null> {
  const text = Buffer.from((await readIfThere(store, hintPath(tableId))) ?? []).toString("utf8");
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null;
}

/** One request to a bucket, where asking first would be two. */
async function readIfThere(store: LakeStore, path: string): Promise<Uint8Array | null> {
  try {
    return await store.read(path);
  } catch (cause) {
    if (isLogkeepError(cause, "lake.file-missing")) return null;
    throw cause;
  }
}

async function listTables(store: LakeStore): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const { path } of store.list("")) {
    const id = VERSION_FILE.test(path) ? path.split("/")[0] : undefined;
    if (id !== undefined) ids.add(id);
  }
  return [...ids].sort();
}

function metadataPath(tableId: string, version: number): string {
  return `${tableId}/metadata/v${version}.metadata.json`;
}

function hintPath(tableId: string): string {
  return `${tableId}/metadata/version-hint.text`;
}
