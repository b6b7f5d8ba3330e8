import { type Column, column, struct } from "./table.ts";

/** Our own columns in every table of records, under one struct: where the row came from. They never change. */
export const LOGKEEP_COLUMN: Column = column(
  "logkeep",
  struct(
    column("object", "string", "URI of the object that held the record"),
    column("object_version", "string", "Names the bytes of that object"),
    column("ordinal", "long", "Place of the record in the object, from 0"),
    column("batch", "string", "Batch that committed the row"),
    column("normalizer", "int", "Version of the projection that made the row"),
    column("account_mismatch", "boolean", "True when the key's account differs from the record's"),
  ),
  "Where the row came from",
);
