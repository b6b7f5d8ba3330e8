import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

/** Where the detections' folders are. */
export const DETECTIONS_FOLDER = join(import.meta.dirname, "../detections");

/**
 * Reads the cases of a detection, in the order of their names. Files are called `match-*.json` and `near-miss-*.json`;
 * anything else in the folder is an error (`detect.bad-case`), so that no case is passed over.
 */
export function readCases(id: string, folder = DETECTIONS_FOLDER): readonly DetectionCase[] {
  return readdirSync(join(folder, id, "cases"))
    .sort()
    .map((file) => readCase(join(folder, id, "cases", file), file));
}

function readCase(path: string, file: string): DetectionCase {
  const [, name, kind] = /^((match|near-miss)-[a-z0-9-]+)\.json$/.exec(file) ?? [];
  if (name === undefined) throw badCase(file, "the name is no match-*.json or near-miss-*.json");
  const parsed = CASE.safeParse(parseJson(path, file));
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

function parseJson(path: string, file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return value;
  } catch {
    throw badCase(file, "not JSON");
  }
}

function badCase(file: string, reason: string): LogkeepError {
  return new LogkeepError({
    code: "detect.bad-case",
    message: "a detection's case cannot be read",
    facts: { file, reason },
  });
}
