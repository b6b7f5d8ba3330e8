import {
  CreateTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GetTablesCommand,
  GlueClient,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { isLogkeepError, LogkeepError, usageError } from "../core/errors.ts";
import type { MetadataRegister, RegisterEntry, RegisteredTable, RegisterOutcome } from "../core/metadata-register.ts";
import { type GlueFault, glueFaultOf, wrapGlueError } from "./glue-errors.ts";
import { withDeadline } from "./with-deadline.ts";

const SILENCE_MS = 30_000;
// A commit a minute of each table is far from Glue's quotas, but the account's other users share them.
const ATTEMPTS = 8;

// https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html
const MAX_COMMENT = 255;
// https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
const MAX_DESCRIPTION = 2048;

/** Which Glue database. Account, region and credentials come from the SDK's default chain. */
export interface GlueCatalogOptions {
  readonly database: string;
  /** URL of a compatible service; null: AWS. */
  readonly endpoint: string | null;
  /** Tests shorten both. */
  readonly silenceMs?: number;
  readonly attempts?: number;
}

/**
 * A Glue database as a register of Iceberg tables, in the way of Iceberg's own Glue catalog: `metadata_location` names
 * the newest metadata, and `UpdateTable` with the `VersionId` that was read refuses whoever comes second.
 * @see https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
 */
export function openGlueCatalog(options: GlueCatalogOptions): MetadataRegister {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const attempts = options.attempts ?? ATTEMPTS;
  const client = new GlueClient({
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    maxAttempts: attempts,
    requestHandler: { requestTimeout: silenceMs, throwOnRequestTimeout: true, socketTimeout: silenceMs },
  });
  const DatabaseName = options.database;
  const ask = async <T>(send: (how: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    await checkRegion(client);
    const giveUp = new AbortController();
    try {
      return await withDeadline(send({ abortSignal: giveUp.signal }), silenceMs * (attempts + 1));
    } finally {
      giveUp.abort();
    }
  };
  const getTable = async (Name: string): Promise<Table | null> => {
    try {
      const { Table } = await ask((how) => client.send(new GetTableCommand({ DatabaseName, Name }), how));
      return Table ?? null;
    } catch (cause) {
      if (glueFaultOf(cause) !== "missing") throw wrapGlueError({ database: DatabaseName, table: Name }, cause);
      await checkDatabase();
      return null;
    }
  };
  /** A missing table and a missing database differ by their texts alone. */
  const checkDatabase = async (): Promise<void> => {
    try {
      await ask((how) => client.send(new GetDatabaseCommand({ Name: DatabaseName }), how));
    } catch (cause) {
      throw glueFaultOf(cause) === "missing"
        ? databaseMissing(DatabaseName)
        : wrapGlueError({ database: DatabaseName }, cause);
    }
  };
  const change = async (
    table: string,
    refusal: GlueFault,
    send: (how: { readonly abortSignal: AbortSignal }) => Promise<unknown>,
  ): Promise<RegisterOutcome> => {
    try {
      await ask(send);
      return "done";
    } catch (cause) {
      const fault = isLogkeepError(cause) ? "other" : glueFaultOf(cause);
      if (fault === refusal) return "refused";
      if (fault === "unclear") return "unclear";
      if (fault === "missing") await checkDatabase();
      throw isLogkeepError(cause) ? cause : wrapGlueError({ database: DatabaseName, table }, cause);
    }
  };
  return {
    async list() {
      const found: RegisteredTable[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ask((how) => client.send(new GetTablesCommand({ DatabaseName, NextToken }), how)).catch(
          (cause: unknown) => {
            if (glueFaultOf(cause) === "missing") throw databaseMissing(DatabaseName);
            throw isLogkeepError(cause) ? cause : wrapGlueError({ database: DatabaseName }, cause);
          },
        );
        found.push(...(page.TableList ?? []).flatMap((table) => readTable(table) ?? []));
        ({ NextToken } = page);
      } while (NextToken !== undefined && NextToken !== "");
      return found;
    },
    async find(tableId) {
      const table = await getTable(tableId);
      if (table === null) return null;
      const found = readTable(table);
      if (found === null) throw notIceberg(DatabaseName, tableId);
      // Without it, two writers could not be told apart.
      if (found.version === "")
        throw wrapGlueError({ database: DatabaseName, table: tableId, lacks: "VersionId" }, null);
      return found;
    },
    create: (entry) =>
      change(entry.tableId, "taken", (how) =>
        client.send(new CreateTableCommand({ DatabaseName, TableInput: tableInput(entry, null) }), how),
      ),
    async swap(expected, entry) {
      const table = await getTable(expected.tableId);
      const found = table === null ? null : readTable(table);
      if (found?.version !== expected.version || found.metadataUri !== expected.metadataUri) return "refused";
      const input = {
        DatabaseName,
        TableInput: tableInput(entry, table),
        VersionId: expected.version,
        // Else every commit leaves a version of the table in Glue, and there is a limit to their number.
        SkipArchive: true,
      };
      return change(entry.tableId, "conflict", (how) => client.send(new UpdateTableCommand(input), how));
    },
  };
}

/** The SDK says that the region is missing in words only, so it is asked for by itself. */
async function checkRegion(client: GlueClient): Promise<void> {
  try {
    await client.config.region();
  } catch {
    throw usageError("no AWS region is set", "set AWS_REGION, or a region in the profile");
  }
}

/** What a table of Glue's says; null unless it is an Iceberg table. */
function readTable({ Name, VersionId, Parameters }: Table): RegisteredTable | null {
  const metadataUri = Parameters?.["metadata_location"];
  if (Name === undefined || metadataUri === undefined) return null;
  if (Parameters?.["table_type"]?.toUpperCase() !== "ICEBERG") return null;
  // Listings are read for names alone.
  return { tableId: Name, version: VersionId ?? "", metadataUri };
}

/** The whole entry, since an update replaces it: what others put there is kept. */
function tableInput(entry: RegisterEntry, before: Table | null): TableInput {
  return {
    ...(before?.Owner === undefined ? {} : { Owner: before.Owner }),
    ...(before?.Retention === undefined ? {} : { Retention: before.Retention }),
    Name: entry.tableId,
    Description: entry.doc.slice(0, MAX_DESCRIPTION),
    TableType: "EXTERNAL_TABLE",
    Parameters: {
      ...before?.Parameters,
      table_type: "ICEBERG",
      metadata_location: entry.metadataUri,
      ...(entry.previousMetadataUri === null ? {} : { previous_metadata_location: entry.previousMetadataUri }),
    },
    StorageDescriptor: {
      ...before?.StorageDescriptor,
      Location: entry.locationUri,
      Columns: entry.columns.map(({ name, type, doc, fieldId }) => ({
        Name: name,
        Type: type,
        Comment: doc.slice(0, MAX_COMMENT),
        Parameters: {
          "iceberg.field.id": String(fieldId),
          "iceberg.field.optional": "true",
          "iceberg.field.current": "true",
        },
      })),
    },
  };
}

function databaseMissing(database: string): LogkeepError {
  return usageError(
    "the Glue database does not exist",
    `make it: aws glue create-database --database-input Name=${/^[\w-]+$/.test(database) ? database : "NAME"}`,
    { database },
  );
}

function notIceberg(database: string, table: string): LogkeepError {
  return new LogkeepError({
    code: "lake.not-ours",
    message: "the Glue database has a table of that name that is no Iceberg table",
    facts: { database, table },
    hint: "give the lake a database of its own",
  });
}
