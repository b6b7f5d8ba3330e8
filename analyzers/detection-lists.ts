import { parseDocument } from "yaml";
import { z } from "zod";
import type { DetectionLists } from "../core/detection-rule.ts";
import { usageError } from "../core/errors.ts";
import { cidrBounds } from "../core/ip-address.ts";

/** No lists at all: every rule that needs one says so among its known gaps. */
export const NO_LISTS: DetectionLists = { egressAddresses: null, accounts: null };

/** Ten thousand accounts with long names fit several times over. */
const MAX_CHARACTERS = 4_194_304;

const network = z
  .string()
  .refine((text) => cidrBounds(text) !== null, "must be an address or a network such as 203.0.113.0/24");
// Left without quotes, an id that begins with 0 would still be read as text of twelve digits.
const accountId = z.string().regex(/^\d{12}$/, "must be 12 digits");
const LISTS = z.strictObject({
  organization: z.string().nullish().describe("Id of the organization, for people"),
  egress_addresses: z
    .array(network)
    .nullish()
    .describe("Networks from which the organization's own machines reach the internet"),
  accounts: z
    .array(z.strictObject({ id: accountId, name: z.string() }))
    .nullish()
    .describe("The organization's accounts"),
});

/**
 * Reads the YAML file of lists that rules need. Numbers are read as text, so that account ids keep their zeros. Throws
 * `cli.usage` that names every fault by its place in the file.
 */
export function parseDetectionLists(file: string, text: string): DetectionLists {
  if (text.length > MAX_CHARACTERS) throw usageError("the file of lists is too large", undefined, { file });
  const parsed = LISTS.safeParse(readYaml(file, text) ?? {});
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, 20).map((issue) => [issue.path.join(".") || "file", issue.message]);
    throw usageError("the file of lists is not valid", "it may hold egress_addresses and accounts", {
      file,
      ...Object.fromEntries(faults),
    });
  }
  return { egressAddresses: parsed.data.egress_addresses ?? null, accounts: parsed.data.accounts ?? null };
}

function readYaml(file: string, text: string): unknown {
  try {
    // Failsafe: every scalar is text.
    const document = parseDocument(text, { version: "1.2", schema: "failsafe", prettyErrors: false });
    const fault = document.errors[0];
    if (fault === undefined) return document.toJS({ maxAliasCount: 100 });
    throw fault;
  } catch (cause) {
    const kind = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw usageError("the file of lists is not valid YAML", undefined, { file, kind });
  }
}
