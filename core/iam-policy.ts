import { isObject, type RawRecord } from "./raw-record.ts";

/** One statement of an IAM or resource policy, its lists normalised. */
export interface PolicyStatement {
  readonly isAllow: boolean;
  /** `*`, ARNs and account ids of `Principal.AWS`; empty when the statement has no such principals. */
  readonly awsPrincipals: readonly string[];
  readonly hasNotPrincipal: boolean;
  readonly actions: readonly string[];
  /** Null when the statement has no `NotAction`. */
  readonly notActions: readonly string[] | null;
  readonly resources: readonly string[];
  readonly hasNotResource: boolean;
  /** Operator to key to values, keys in lower case. */
  readonly conditions: readonly PolicyCondition[];
}

/** One condition of a statement: an operator over a key, with the values it takes. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** AWS's largest policy document has 20,480 characters; what is longer is none. */
const MAX_POLICY_CHARACTERS = 131_072;

/**
 * Reads a policy document: an object, JSON text, or URL-encoded JSON text, as CloudTrail writes them. Null when it is
 * none of these. Keys are matched in any case.
 */
export function parsePolicy(value: unknown): readonly PolicyStatement[] | null {
  const document = typeof value === "string" ? parseText(value) : value;
  if (!isObject(document)) return null;
  const statements = member(document, "Statement");
  return (Array.isArray(statements) ? statements : [statements]).filter(isObject).map(parseStatement);
}

/** True when a policy's action pattern (`iam:*`, `*`, `iam:Pass?ole`) covers an action; in any case, as AWS compares. */
export function actionCovers(pattern: string, action: string): boolean {
  return globCovers(pattern.toLowerCase(), action.toLowerCase());
}

/** `*` any length, `?` one character; linear in text times pattern, for the pattern is hostile. */
function globCovers(pattern: string, text: string): boolean {
  let [at, patternAt, starAt, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    const token = pattern[patternAt];
    if (token === "*") {
      starAt = patternAt++;
      resumeAt = at;
    } else if (token === "?" || token === text[at]) {
      patternAt++;
      at++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}

function parseText(text: string): unknown {
  if (text.length > MAX_POLICY_CHARACTERS) return null;
  const decoded = text.trimStart().startsWith("%7B") || text.trimStart().startsWith("%7b") ? decodeUrl(text) : text;
  try {
    const parsed: unknown = JSON.parse(decoded);
    return parsed;
  } catch {
    // Not JSON: no policy that AWS would have taken.
    return null;
  }
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseStatement(statement: RawRecord): PolicyStatement {
  const principal = member(statement, "Principal");
  const notActions = member(statement, "NotAction");
  return {
    isAllow: String(member(statement, "Effect")).toLowerCase() === "allow",
    awsPrincipals: isObject(principal) ? texts(member(principal, "AWS")) : texts(principal),
    hasNotPrincipal: member(statement, "NotPrincipal") !== undefined,
    actions: texts(member(statement, "Action")),
    notActions: notActions === undefined ? null : texts(notActions),
    resources: texts(member(statement, "Resource")),
    hasNotResource: member(statement, "NotResource") !== undefined,
    conditions: parseConditions(member(statement, "Condition")),
  };
}

function parseConditions(value: unknown): readonly PolicyCondition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: texts(values) }))
      : [],
  );
}

function member(object: RawRecord, name: string): unknown {
  const wanted = name.toLowerCase();
  return Object.entries(object).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

function texts(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) =>
    typeof item === "string" || typeof item === "number" || typeof item === "boolean" ? [String(item)] : [],
  );
}
