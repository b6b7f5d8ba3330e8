/** The retention file: how long tables keep rows, and whose rows stay. YAML in; rules out, or one error with every fault. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import type { Config } from "../core/config.ts";
import { usageError } from "../core/errors.ts";

/** Ten thousand holds with long reasons fit several times over. */
const MAX_CHARACTERS = 4_194_304;

/** How long each table keeps rows. A table that is not named keeps them for good. */
export interface RetentionRules {
  readonly keepDays: ReadonlyMap<string, number>;
  readonly holds: readonly { readonly account: string; readonly tables: readonly string[] | null }[];
}

/** Nothing is ever deleted. */
export const NO_RETENTION: RetentionRules = { keepDays: new Map(), holds: [] };

const days = z
  .string()
  .regex(/^[1-9][0-9]{0,4}$/, "must be a number of days, at least 1")
  .transform(Number);
const hold = z.strictObject({
  account: z.string().regex(/^\d{12}$/, "must be 12 digits"),
  reason: z.string().min(1).describe("For people"),
  tables: z.array(z.string()).min(1).nullish().describe("Default: all tables"),
});
// A key with nothing behind it is an empty text in YAML's failsafe schema.
const absent = z.literal("").transform(() => null);
const RULES = z.strictObject({
  keep_days: z.record(z.string(), days).or(absent).nullish(),
  legal_hold: z.array(hold).or(absent).nullish(),
});

/** The accounts whose rows a table keeps whatever their age. */
export function heldAccounts(rules: RetentionRules, table: string): ReadonlySet<string> {
  const ours = rules.holds.filter(({ tables }) => tables === null || tables.includes(table));
  return new Set(ours.map(({ account }) => account));
}

/** The configured rules. No file where none was asked for means no retention; a configured one must be there. */
export async function readRetentionRules(config: Config, tables: readonly string[]): Promise<RetentionRules> {
  const file = config.retentionFile;
  try {
    return parseRetentionRules(file, await readFile(file, "utf8"), tables);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (!isMissing) throw cause;
    if (file === join(config.dataFolder, "retention.yaml")) return NO_RETENTION;
    throw usageError("the retention file does not exist", "check LOGKEEP_MAINTENANCE_RETENTION_FILE", { file });
  }
}

/** Reads the rules. `tables` are those that rows may be deleted from: any other name is a fault, and deletes nothing. */
export function parseRetentionRules(file: string, text: string, tables: readonly string[]): RetentionRules {
  if (text.length > MAX_CHARACTERS) throw usageError("the retention file is too large", undefined, { file });
  const parsed = RULES.safeParse(readYaml(file, text) || {});
  const faults = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues.slice(0, 20) ?? [])
    faults.set(path.join(".") || "file", message);
  const named = [
    ...Object.keys(parsed.data?.keep_days ?? {}).map((table) => [`keep_days.${table}`, table] as const),
    ...(parsed.data?.legal_hold ?? []).flatMap(({ tables: list }, index) =>
      (list ?? []).map((table) => [`legal_hold.${index}.tables`, table] as const),
    ),
  ];
  for (const [place, table] of named) {
    if (!tables.includes(table)) faults.set(place, `must be one of ${tables.join(", ")}`);
  }
  if (parsed.data === undefined || faults.size > 0) {
    throw usageError("the retention file is not valid", "it may hold keep_days and legal_hold", {
      file,
      ...Object.fromEntries(faults),
    });
  }
  return {
    keepDays: new Map(Object.entries(parsed.data.keep_days ?? {})),
    holds: (parsed.data.legal_hold ?? []).map(({ account, tables: list }) => ({ account, tables: list ?? null })),
  };
}

function readYaml(file: string, text: string): unknown {
  // Failsafe: every scalar is text, so that account ids keep their zeros.
  const document = parseDocument(text, { version: "1.2", schema: "failsafe", prettyErrors: false });
  const fault = document.errors[0];
  if (fault === undefined) return document.toJS({ maxAliasCount: 100 });
  throw usageError("the retention file is not valid YAML", undefined, { file, kind: fault.code });
}
