import { usageError } from "../core/errors.ts";
import { ipSortKey } from "../core/ip-address.ts";
import type { SqlParams, SqlValue } from "../core/sql-engine.ts";
import type { Parameter, ParameterType, SavedQuery } from "./saved-query.ts";
import { formatInstant, parseTime } from "./time-window.ts";

/** Nothing in a log that a person looks for is longer. */
const MAX_LENGTH = 4096;

const EXPECTED: Readonly<Record<ParameterType, string>> = {
  string: "text without control characters",
  integer: "a whole number",
  boolean: "true or false",
  ip: "an IPv4 or IPv6 address",
  account: "an account id of twelve digits",
  arn: "an ARN, arn:aws:...",
  "access-key": "an access key id, AKIA... or ASIA...",
  instant: "a date, an instant or a span back from now",
};

/**
 * Reads `--param name=value` texts into values to bind. Throws `cli.usage` for unknown, repeated, missing and
 * malformed ones; the faulty value itself is not repeated.
 */
export function parseParameters(query: SavedQuery, given: readonly string[], nowMs: number): SqlParams {
  const texts = readPairs(query, given);
  const values = query.parameters.map((parameter): [string, SqlValue] => {
    const text = texts.get(parameter.name) ?? parameter.default;
    if (text === null && parameter.required) {
      throw usageError("a parameter of the query is missing", `${usageOf(query)}: ${parameter.help}`, {
        parameter: parameter.name,
      });
    }
    return [parameter.name, text === null ? null : parseValue(parameter, text, nowMs)];
  });
  return Object.fromEntries(values);
}

/** The command line that runs a query with its required parameters' examples. */
export function usageOf(query: SavedQuery): string {
  const params = query.parameters
    .filter((each) => each.required)
    .map((each) => ` --param ${each.name}=${each.example}`);
  return `logkeep query ${query.id}${params.join("")}`;
}

function readPairs(query: SavedQuery, given: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const pair of given) {
    const at = pair.indexOf("=");
    if (at < 1) throw usageError("a parameter is not written as name=value", usageOf(query));
    const name = pair.slice(0, at);
    if (!query.parameters.some((each) => each.name === name)) {
      const known = query.parameters.map((each) => each.name).join(", ");
      throw usageError("the query has no such parameter", known === "" ? "it takes none" : `it takes: ${known}`, {
        parameter: name,
      });
    }
    if (texts.has(name)) throw usageError("a parameter is given twice", undefined, { parameter: name });
    texts.set(name, pair.slice(at + 1));
  }
  return texts;
}

function parseValue(parameter: Parameter, text: string, nowMs: number): SqlValue {
  const value = text.length > MAX_LENGTH ? null : readValue(parameter, text, nowMs);
  if (value !== null) return value;
  throw usageError("a parameter's value does not fit its type", `for example ${parameter.name}=${parameter.example}`, {
    parameter: parameter.name,
    expected: EXPECTED[parameter.type],
  });
}

function readValue(parameter: Parameter, text: string, nowMs: number): SqlValue {
  switch (parameter.type) {
    case "string":
      return text !== "" && !/\p{Cc}/u.test(text) ? text : null;
    case "integer":
      return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : null;
    case "ip":
      return ipSortKey(text) === null ? null : text.toLowerCase();
    case "account":
      return /^[0-9]{12}$/.test(text) ? text : null;
    case "arn":
      return /^arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:([0-9]{12}|aws)?:[^\p{Cc}]+$/u.test(text) ? text : null;
    case "access-key":
      return /^(AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,124}$/.test(text) ? text : null;
    case "instant":
      return formatInstant(parseTime(text, nowMs, parameter.name));
  }
}
