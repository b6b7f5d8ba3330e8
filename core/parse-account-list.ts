/** The file of expected accounts: YAML or JSON in; a list out, or one error with every fault. Pure. */
import { parseDocument } from "yaml";
import { z } from "zod";
import { ACCOUNT_STATES, type AccountList, type ExpectedSource, sortAccounts } from "./account-inventory.ts";
import { usageError } from "./errors.ts";

/** Ten thousand accounts with everything that can be said of them fit several times over. */
const MAX_CHARACTERS = 16_777_216;
/** More faults than these help nobody. */
const MAX_FAULTS = 20;

const region = z.string().regex(/^[a-z0-9-]{1,32}$/, "must be a region such as eu-west-1");
const expected = z.strictObject({
  source: z.string(),
  regions: z.array(region).min(1, "must name a region, or be left out for any").nullish(),
});
const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/, "must be a date such as 2026-01-05, or an instant in UTC")
  .refine(isOnCalendar, "must be a date of the calendar")
  .transform((text) => Date.parse(text));
// A key with nothing behind it is an empty text in YAML's failsafe schema.
const optional = <T>(schema: z.ZodType<T>) => z.preprocess((given) => (given === "" ? null : given), schema.nullish());
const account = z.strictObject({
  id: z.string().regex(/^\d{12}$/, "must be 12 digits"),
  name: optional(z.string().max(256, "must have at most 256 characters")),
  state: optional(z.enum(ACCOUNT_STATES, `must be one of ${ACCOUNT_STATES.join(", ")}`)),
  joined: optional(instant),
  expect: optional(z.array(expected)),
});
const FILE = z.strictObject({
  expect: optional(z.array(expected)),
  accounts: z.array(account).min(1, "must list an account"),
});

/** Reads a list. `sources` are the ids that `expect` may name. Throws `cli.usage`. */
export function parseAccountList(
  text: string,
  file: { readonly name: string; readonly modifiedAtMs: number },
  sources: readonly string[],
): AccountList {
  if (text.length > MAX_CHARACTERS) throw usageError("the accounts file is too large", undefined, { file: file.name });
  const parsed = FILE.safeParse(readYaml(file.name, text));
  const faults = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues ?? []) faults.set(path.join(".") || "file", message);
  const { accounts = [], expect = null } = parsed.data ?? {};
  const places = [
    ...(expect ?? []).map((each, index) => [`expect.${index}.source`, each.source] as const),
    ...accounts.flatMap((each, at) =>
      (each.expect ?? []).map(({ source }, index) => [`accounts.${at}.expect.${index}.source`, source] as const),
    ),
  ];
  for (const [place, source] of places) {
    if (!sources.includes(source)) faults.set(place, `must be one of ${sources.join(", ")}`);
  }
  const seen = new Set<string>();
  for (const [index, { id }] of accounts.entries()) {
    if (seen.has(id)) faults.set(`accounts.${index}.id`, "is listed twice");
    seen.add(id);
  }
  if (faults.size > 0) {
    throw usageError("the accounts file is not valid", "docs/queries.md shows what it may hold", {
      file: file.name,
      ...Object.fromEntries([...faults].slice(0, MAX_FAULTS)),
    });
  }
  return {
    kind: "file",
    origin: file.name,
    takenAtMs: file.modifiedAtMs,
    expects: expectsOf(expect),
    accounts: sortAccounts(
      accounts.map(({ id, name, state, joined, expect: own }) => ({
        id,
        name: name ?? null,
        state: state ?? null,
        joinedAtMs: joined ?? null,
        expects: expectsOf(own),
      })),
    ),
  };
}

/** Date.parse takes February 30th for March 2nd. */
function isOnCalendar(text: string): boolean {
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text.replace("Z", ""));
}

function expectsOf(given: readonly z.infer<typeof expected>[] | null | undefined): readonly ExpectedSource[] | null {
  return given?.map(({ source, regions }) => ({ source, regions: regions ?? null })) ?? null;
}

function readYaml(file: string, text: string): unknown {
  // Failsafe: every scalar is text, so that account ids keep their zeros. JSON is YAML.
  const document = parseDocument(text, { version: "1.2", schema: "failsafe", prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined)
    throw usageError("the accounts file is not valid YAML", undefined, { file, kind: fault.code });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    // Aliases that multiply, or one that names nothing.
    const kind = cause instanceof Error ? cause.name : "unknown";
    throw usageError("the accounts file is not valid YAML", undefined, { file, kind });
  }
}
