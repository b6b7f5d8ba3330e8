import { z } from "zod";
import type { DetectionLists } from "../../core/detection-rule.ts";
import { LogkeepError } from "../../core/errors.ts";
import type { RawRecord } from "../../core/raw-record.ts";

/** One case of a detection: a raw record, and whether the rule fires on it. */
export interface DetectionCase {
  /** File name without its ending, e.g. `match-stopped`. */
  readonly name: string;
  readonly expectsMatch: boolean;
  /** Why the case is there. */
  readonly doc: string;
  readonly lists: DetectionLists;
  /** What the finding's entity must be; null where the case does not say. */
  readonly entity: string | null;
  readonly record: RawRecord;
}

/** The case files of each detection, by id and file name, as the generated catalog lists them. */
export type CaseCatalog = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const CASE = z.strictObject({
  doc: z.string().min(1),
  lists: z
    .strictObject({
      egress_addresses: z.array(z.string()).optional(),
      accounts: z.array(z.strictObject({ id: z.string(), name: z.string() })).optional(),
    })
    .optional(),
  entity: z.string().optional(),
  record: z.record(z.string(), z.unknown()),
});

/**
 * Reads the cases of a detection, in the order of their names. Files are called `match-*.json` and `near-miss-*.json`;
 * anything else is an error (`detect.bad-case`), so that no case is passed over.
 */
export function readCases(id: string, catalog: CaseCatalog): readonly DetectionCase[] {
  const files = Object.hasOwn(catalog, id) ? (catalog[id] ?? {}) : {};
  return Object.entries(files).map(([file, content]) => readCase(file, content));
}

function readCase(file: string, content: unknown): DetectionCase {
  const [, name, kind] = /^((match|near-miss)-[a-z0-9-]+)\.json$/.exec(file) ?? [];
  if (name === undefined) throw badCase(file, "the name is no match-*.json or near-miss-*.json");
  const parsed = CASE.safeParse(content);
  if (!parsed.success) throw badCase(file, parsed.error.issues[0]?.message ?? "not a case");
  const { doc, lists, entity, record } = parsed.data;
  return {
    name,
    expectsMatch: kind === "match",
    doc,
    lists: { egressAddresses: lists?.egress_addresses ?? null, accounts: lists?.accounts ?? null },
    entity: entity ?? null,
    record,
  };
}

function badCase(file: string, reason: string): LogkeepError {
  return new LogkeepError({
    code: "detect.bad-case",
    message: "a detection's case cannot be read",
    facts: { file, reason },
  });
}
