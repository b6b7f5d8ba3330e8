import type { SourceDefinition } from "../../core/source.ts";
import { sqlName } from "../../core/sql-engine.ts";
import { type FieldPath, pathText } from "../sigma/ir.ts";

/** The part of a table that some rules read, each field worked out once under a short name. */
export interface NarrowSource {
  /** A SELECT of `logkeep_id` (the rowid) and the columns below. */
  readonly select: string;
  /** The source as seen through it: the same fields, read from the short names. */
  readonly source: SourceDefinition;
}

/**
 * Narrows a relation to the fields that rules read. Predicates name a field many times over; planning and running them
 * on plain columns costs a fraction of doing so on paths into structs.
 */
export function narrowSource(source: SourceDefinition, relation: string, fields: readonly FieldPath[]): NarrowSource {
  const wanted = new Set(fields.map(pathText));
  const isWanted = (name: string): boolean =>
    [...wanted].some((field) => field === name || field.startsWith(`${name}.`) || name.startsWith(`${field}.`));
  const scalars = Object.entries(source.fields).filter(([name]) => isWanted(name));
  const documents = Object.entries(source.jsonFields).filter(([name]) => isWanted(name));
  const hasUnmapped = source.table.columns.some((column) => column.name === "unmapped");
  const columns = [
    "rowid AS logkeep_id",
    ...scalars.map(([, sql], index) => `CAST(${sql} AS VARCHAR) AS logkeep_s${index}`),
    ...documents.map(([, sql], index) => `CAST(${sql} AS VARCHAR) AS logkeep_d${index}`),
    ...(hasUnmapped ? ["unmapped"] : []),
  ];
  return {
    select: `SELECT ${columns.join(", ")} FROM ${sqlName(relation)}`,
    source: {
      ...source,
      fields: Object.fromEntries(scalars.map(([name], index) => [name, `logkeep_s${index}`])),
      jsonFields: Object.fromEntries(documents.map(([name], index) => [name, `logkeep_d${index}`])),
    },
  };
}
