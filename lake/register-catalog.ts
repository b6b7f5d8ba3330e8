/**
 * A catalog over a register outside the lake (Glue): the metadata file is written first, under a name that its content
 * gives, and then the register is asked to name it instead of the one before. What is not named is an orphan.
 */
import { LogkeepError } from "../core/errors.ts";
import type { LakeStore } from "../core/lake-store.ts";
import type { MetadataRegister, RegisterEntry, RegisteredTable, RegisterOutcome } from "../core/metadata-register.ts";
import type { Catalog, Table } from "./catalog.ts";
import { corruptFile } from "./errors.ts";
import { hiveColumns } from "./hive-columns.ts";
import { absoluteUri, relativePath } from "./manifest.ts";
import { decodeMetadata, encodeMetadata, logPrevious, schemaOf } from "./metadata.ts";
import type { TableMetadata } from "./model.ts";
import { refuseOtherCatalog } from "./other-catalog.ts";
import { checkedTableId } from "./table-id.ts";
import { contentName } from "./write-manifest.ts";

const NUMBERED_FILE = /\/([0-9]{5,})-[0-9a-f]{32}\.metadata\.json$/;

// The register's client has tried several times already.
const ROUNDS = 3;

// No state of the register is called so: a table of this version is never the newest.
const SUPERSEDED = "superseded";

/** Tables that the register names below the lake's root. */
export function registerCatalog(register: MetadataRegister, store: LakeStore): Catalog {
  const write = async (
    id: string,
    number: number,
    metadata: TableMetadata,
    previousMetadataUri: string | null,
    change: (entry: RegisterEntry) => Promise<RegisterOutcome>,
  ): Promise<Table | null> => {
    const bytes = encodeMetadata(metadata);
    const name = `${String(number).padStart(5, "0")}-${contentName(bytes)}.metadata.json`;
    const path = `${id}/metadata/${name}`;
    // False: the same content under the same name, from a try before.
    await store.createExclusive(path, bytes);
    const metadataUri = absoluteUri(store, path);
    const { location: locationUri, properties } = metadata;
    const doc = properties["comment"] ?? "";
    const columns = hiveColumns(schemaOf(metadata));
    const entry = { tableId: id, metadataUri, previousMetadataUri, locationUri, doc, columns };
    const version = await settle(entry, () => change(entry), register, store);
    return version === null ? null : { id, version, metadataPath: path, metadata };
  };
  return {
    async list() {
      const tables = await register.list();
      const ours = tables.filter(({ metadataUri }) => metadataUri.startsWith(`${store.rootUri}/`));
      return ours.map(({ tableId }) => tableId).sort();
    },
    async load(tableId) {
      const found = await register.find(checkedTableId(tableId));
      if (found === null) {
        await refuseOtherCatalog(store, tableId, "register");
        return null;
      }
      if (!found.metadataUri.startsWith(`${store.rootUri}/`)) throw otherLake(found, store);
      const metadataPath = relativePath(store, found.metadataUri);
      const metadata = decodeMetadata(metadataPath, await store.read(metadataPath));
      if (metadata.location !== absoluteUri(store, tableId)) {
        throw corruptFile(metadataPath, "the table lies elsewhere than its metadata says: was the lake moved?");
      }
      return { id: tableId, version: found.version, metadataPath, metadata };
    },
    async create(tableId, metadata) {
      await refuseOtherCatalog(store, checkedTableId(tableId), "register");
      return write(tableId, 0, metadata, null, (entry) => register.create(entry));
    },
    async commit(expected, metadata) {
      const { id: tableId, version, metadataPath } = expected;
      const metadataUri = absoluteUri(store, metadataPath);
      const logged = logPrevious(metadata, metadataUri, expected.metadata["last-updated-ms"]);
      const number = Number(NUMBERED_FILE.exec(metadataPath)?.[1] ?? 0) + 1;
      return write(tableId, number, logged, metadataUri, (entry) =>
        register.swap({ tableId, version, metadataUri }, entry),
      );
    },
  };
}

/**
 * Asks for a change until it is known what became of it. Returns the version that it made, null when somebody else was
 * first. A change that was carried out and built upon by others since is found in the log of the newest metadata.
 */
async function settle(
  entry: RegisterEntry,
  change: () => Promise<RegisterOutcome>,
  register: MetadataRegister,
  store: LakeStore,
): Promise<string | null> {
  for (let round = 1; ; round += 1) {
    const outcome = await change();
    const found = await register.find(entry.tableId);
    if (found?.metadataUri === entry.metadataUri) return found.version;
    if (outcome === "done") return SUPERSEDED;
    if (found !== null && found.metadataUri !== entry.previousMetadataUri) {
      return (await isInLog(entry, found, store)) ? SUPERSEDED : null;
    }
    if (outcome === "refused") return null;
    // As before: the change may still be under way. The same change again is decided by the same expectation.
    if (round === ROUNDS) throw unanswered(entry.tableId);
  }
}

async function isInLog(entry: RegisterEntry, newest: RegisteredTable, store: LakeStore): Promise<boolean> {
  const path = relativePath(store, newest.metadataUri);
  const { "metadata-log": log } = decodeMetadata(path, await store.read(path));
  return log.some((each) => each["metadata-file"] === entry.metadataUri);
}

function otherLake({ tableId, metadataUri }: RegisteredTable, store: LakeStore): LogkeepError {
  return new LogkeepError({
    code: "lake.other-lake",
    message: "the data catalog's table of that name belongs to another lake",
    facts: { table: tableId, metadata: metadataUri, lake: store.rootUri },
    hint: "check LOGKEEP_LAKE_URI and LOGKEEP_LAKE_GLUE_DATABASE: each lake has a database of its own",
  });
}

function unanswered(tableId: string): LogkeepError {
  return new LogkeepError({
    code: "lake.catalog-failed",
    message: "the data catalog did not answer whether it made a commit",
    facts: { table: tableId },
    retry: "later",
    hint: "run the same command again: it finds out, and nothing is lost or comes twice",
  });
}
