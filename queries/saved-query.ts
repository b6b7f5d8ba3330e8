/**
 * A saved query's file in; its description, its parameters and its SQL out. The file opens with a YAML block in a
 * comment; the rest is one SELECT in Athena's SQL, which DuckDB runs through a translation (`dialect/translate.ts`).
 */
import { parse } from "yaml";
import { z } from "zod";
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import { readTokens, type Token } from "./dialect/tokens.ts";

/** What a parameter's value must look like; all are bound as values, never pasted into the text. */
export const PARAMETER_TYPES = [
  "string",
  "integer",
  "boolean",
  "ip",
  "account",
  "arn",
  "access-key",
  "instant",
] as const;

/** One of them. */
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** What queries are listed under, in the order of the listing. */
export const QUERY_GROUPS = [
  { id: "identity", title: "Identity and sessions" },
  { id: "cross-account", title: "Cross-account movement" },
  { id: "privilege", title: "Privilege changes" },
  { id: "data", title: "Data access and exfiltration" },
  { id: "network", title: "Network" },
  { id: "history", title: "Resource history" },
  { id: "guardrails", title: "Guardrail and logging health" },
  { id: "audit", title: "Auditors' questions" },
  { id: "noise", title: "Noise and cost" },
] as const;

/** A group's id. */
export type QueryGroup = (typeof QUERY_GROUPS)[number]["id"];

const PARAMETER = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
    type: z.enum(PARAMETER_TYPES),
    help: z.string().min(1),
    example: z.string().min(1),
    required: z.boolean().default(false),
    default: z.string().nullable().default(null),
  })
  .refine((each) => !(each.required && each.default !== null), "a required parameter has no default");

const HEADER = z.strictObject({
  title: z.string().min(1).max(80),
  group: z.enum(QUERY_GROUPS.map((each) => each.id)),
  description: z.string().min(1),
  notes: z.array(z.string().min(1)).min(1),
  tables: z.array(z.string()).min(1),
  parameters: z.array(PARAMETER).default([]),
});

/** A parameter. Without a value and a default it is NULL, which each query takes for "any". */
export type Parameter = Readonly<z.output<typeof PARAMETER>>;

/** A file of `queries/saved`, as the generated catalog lists it. */
export interface SavedQueryFile {
  readonly id: string;
  readonly text: string;
}

/** A saved query, ready to be asked. */
export interface SavedQuery {
  readonly id: string;
  readonly title: string;
  readonly group: QueryGroup;
  /** The question that it answers, in plain words. */
  readonly description: string;
  /** How to read the result: what it leaves out, what a row does not prove. */
  readonly notes: readonly string[];
  readonly tables: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly sql: string;
}

/** Parses and checks a file. Throws `query.bad-file` with every fault. */
export function parseSavedQuery(file: SavedQueryFile): SavedQuery {
  const parts = /^\/\*\n([\s\S]*?)\n\*\/\n([\s\S]+)$/.exec(file.text);
  if (parts === null) throw badFile(file.id, ["it does not open with a comment block"]);
  const [, header = "", body = ""] = parts;
  const parsed = HEADER.safeParse(parse(header));
  if (!parsed.success) {
    throw badFile(
      file.id,
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const sql = body.trim();
  const faults = checkParameters(parsed.data.parameters, sql);
  if (faults.length > 0) throw badFile(file.id, faults);
  return { id: file.id, ...parsed.data, sql };
}

/** Every `$name` is declared and every declared name is used: DuckDB refuses values that it has no place for. */
function checkParameters(parameters: readonly Parameter[], sql: string): readonly string[] {
  const tokens = tokensOf(sql);
  if (typeof tokens === "string") return [tokens];
  const used = new Set(tokens.filter((token) => token.kind === "parameter").map((token) => token.value));
  const declared = new Set(parameters.map((each) => each.name));
  return [
    ...[...used].filter((name) => !declared.has(name)).map((name) => `$${name} is not declared`),
    ...[...declared].filter((name) => !used.has(name)).map((name) => `${name} is declared and not used`),
    ...(declared.size === parameters.length ? [] : ["a parameter is declared twice"]),
  ];
}

/** The text's tokens, or what is wrong with it: a semicolon, a quote that is not closed. */
function tokensOf(sql: string): readonly Token[] | string {
  try {
    return readTokens(sql);
  } catch (thrown) {
    if (!isLogkeepError(thrown, "dialect.syntax")) throw thrown;
    return `it holds ${String(thrown.facts["what"])}`;
  }
}

function badFile(id: string, faults: readonly string[]): LogkeepError {
  return new LogkeepError({
    code: "query.bad-file",
    message: "a saved query's file is not valid",
    facts: { query: id, faults: faults.join("; ") },
  });
}
