import { column, type TableDefinition } from "./table.ts";

/** The state an object ends in. There are no others, and an object version has exactly one. */
export type ObjectState = "ingested" | "duplicate" | "skipped" | "quarantined";

/** One row of the ledger: what became of one version of one object. */
export const LEDGER_TABLE: TableDefinition = {
  id: "ledger",
  doc: "What became of every delivered object: one row per object version, with sums that balance",
  timeColumn: "decided_at",
  // Every answer reads all of it to say how complete it is: files by account would be thousands of a few rows each.
  accountColumn: null,
  sortColumns: ["object"],
  columns: [
    column("object", "string", "URI of the object"),
    column("object_version", "string", "Version id, ETag, or size and modification time: names the bytes"),
    column("source", "string", "Table that the object belongs to; null when no source knows it"),
    column("accountid", "string", "Account in the object's key; null when the key names none"),
    column("region", "string", "Region in the object's key; null when the key names none"),
    column("state", "string", "ingested, duplicate, skipped or quarantined"),
    column("reason", "string", "Why it was skipped or quarantined: a stable dotted code; null when ingested"),
    column("detail", "string", "The reason in words"),
    column("records_in", "long", "Records found in the object; null where they could not be counted"),
    column("rows_kept", "long", "Rows in the table"),
    column("records_rejected", "long", "Records in the rejects table"),
    column("records_duplicate", "long", "Records that the table already had"),
    column("size_bytes", "long", "Size as delivered"),
    column("inflated_bytes", "long", "Size after decompression; null when it was not read"),
    column("sha256", "string", "SHA-256 of the inflated bytes, hex; null when it was not read whole"),
    column("first_event_at", "timestamptz", "Earliest event time among its records"),
    column("last_event_at", "timestamptz", "Latest event time among its records"),
    column("batch", "string", "Batch that decided it"),
    column("decided_at", "timestamptz", "When the batch was staged"),
    column("duplicates", "string", "JSON: addresses of its duplicate records, ordinals as ranges; null when none"),
    column("delivered_at", "timestamptz", "When it was delivered, as its key says; null where the key does not"),
  ],
};

/** Records that could not become rows, with their address and what is left of their text. */
export const REJECTS_TABLE: TableDefinition = {
  id: "rejects",
  doc: "Records that could not become rows: reason, address and text",
  timeColumn: "decided_at",
  accountColumn: "accountid",
  sortColumns: ["object", "ordinal"],
  columns: [
    column("object", "string", "URI of the object"),
    column("object_version", "string", "Names the bytes of the object"),
    column("source", "string", "Table that the record was meant for"),
    column("accountid", "string", "Account in the object's key"),
    column("ordinal", "long", "Place of the record in the object, from 0; lines count the header out"),
    column("offset_bytes", "long", "Where it starts in the inflated bytes"),
    column("size_bytes", "long", "How long it is"),
    column("reason", "string", "A stable dotted code"),
    column("detail", "string", "The reason in words"),
    column("text", "string", "The record's text, at most 65,536 characters"),
    column("batch", "string", "Batch that decided it"),
    column("decided_at", "timestamptz", "When the batch was staged"),
  ],
};
