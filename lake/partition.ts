import { createHash } from "node:crypto";
import type { TableDefinition } from "../core/table.ts";
import { corruptFile } from "./errors.ts";
import type {
  IcebergSchema,
  PartitionField,
  PartitionSpec,
  PartitionTuple,
  SortOrder,
  TableMetadata,
} from "./model.ts";
import { SPEC_DAY, SPEC_DAY_ACCOUNT } from "./model.ts";
import { findField } from "./schema.ts";

// Partition field ids start at 1000 by the spec; both specs share the day's.
const DAY_FIELD_ID = 1000;
const ACCOUNT_FIELD_ID = 1001;

/** How a table's rows lie: which columns give the day, the account and the order. */
export interface Layout {
  readonly timeColumn: string;
  readonly timeFieldId: number;
  readonly accountColumn: string | null;
  readonly accountFieldId: number | null;
  /** Account, time, then the definition's sort columns. */
  readonly sortColumns: readonly string[];
}

/** Spec 0 by day; spec 1 by day and account, for tables that have an account. */
export function partitionSpecs(definition: TableDefinition, schema: IcebergSchema): readonly PartitionSpec[] {
  const day: PartitionField = {
    name: `${definition.timeColumn}_day`,
    transform: "day",
    "source-id": fieldIdOf(schema, definition.timeColumn),
    "field-id": DAY_FIELD_ID,
  };
  if (definition.accountColumn === null) return [{ "spec-id": SPEC_DAY, fields: [day] }];
  const account: PartitionField = {
    name: definition.accountColumn,
    transform: "identity",
    "source-id": fieldIdOf(schema, definition.accountColumn),
    "field-id": ACCOUNT_FIELD_ID,
  };
  return [
    { "spec-id": SPEC_DAY, fields: [day] },
    { "spec-id": SPEC_DAY_ACCOUNT, fields: [day, account] },
  ];
}

/** Order 0 is "unsorted" by the spec; order 1 is ours. */
export function sortOrders(definition: TableDefinition, schema: IcebergSchema): readonly SortOrder[] {
  const account = definition.accountColumn === null ? [] : [definition.accountColumn];
  const names = [...new Set([...account, definition.timeColumn, ...definition.sortColumns])];
  const fields = names.map((name) => ({
    transform: "identity" as const,
    "source-id": fieldIdOf(schema, name),
    direction: "asc" as const,
    "null-order": "nulls-last" as const,
  }));
  return [
    { "order-id": 0, fields: [] },
    { "order-id": 1, fields },
  ];
}

/** Reads the layout back from the metadata, so that a table can be rewritten without its definition. */
export function layoutOf(metadata: TableMetadata, schema: IcebergSchema): Layout {
  const spec = metadata["partition-specs"].find((each) => each["spec-id"] === SPEC_DAY);
  const byAccount = metadata["partition-specs"].find((each) => each["spec-id"] === SPEC_DAY_ACCOUNT);
  const time = findField(schema, spec?.fields[0]?.["source-id"] ?? -1);
  if (time === undefined) throw corruptFile(metadata.location, "no partition spec by day");
  const accountId = byAccount?.fields[1]?.["source-id"];
  const account = accountId === undefined ? undefined : findField(schema, accountId);
  const order = metadata["sort-orders"].find((each) => each["order-id"] === metadata["default-sort-order-id"]);
  return {
    timeColumn: time.name,
    timeFieldId: time.id,
    accountColumn: account?.name ?? null,
    accountFieldId: account?.id ?? null,
    sortColumns: (order?.fields ?? []).flatMap((each) => findField(schema, each["source-id"])?.name ?? []),
  };
}

/**
 * The folder of a partition below the table's `data` folder. Only twelve-digit accounts stand in it as they are; any
 * other value came from a log and is hashed, so that it can neither leave the folder nor look like another account.
 */
export function partitionFolder(partition: PartitionTuple): string {
  const day = dayFolder(partition.day);
  return partition.account === undefined ? day : `${day}/account=${accountFolder(partition.account)}`;
}

function dayFolder(day: number | null): string {
  if (day === null) return "day=none";
  const instant = new Date(day * 86_400_000);
  const year = instant.getUTCFullYear();
  // Years outside 0..9999 have no plain spelling.
  return `day=${year >= 0 && year <= 9999 ? instant.toISOString().slice(0, 10) : day}`;
}

function accountFolder(account: string | null): string {
  if (account === null) return "none";
  if (/^[0-9]{12}$/.test(account)) return account;
  return `hash-${createHash("sha256").update(account).digest("hex").slice(0, 32)}`;
}

function fieldIdOf(schema: IcebergSchema, name: string): number {
  const field = findField(schema, name);
  if (field === undefined) throw corruptFile(name, "the definition names a column that it does not have");
  return field.id;
}
