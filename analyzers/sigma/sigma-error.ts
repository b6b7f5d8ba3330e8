import { LogkeepError } from "../../core/errors.ts";

/** A place in a rule file: lines and columns count from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A rule that cannot be loaded. `what` names the part of the rule that is wrong: rule text comes from the operator,
 * not from a log, so it may be shown.
 */
export function ruleError(code: string, message: string, place: RulePlace, what?: string, hint?: string): LogkeepError {
  return new LogkeepError({
    code: `rule.${code}`,
    message,
    facts: {
      file: place.file,
      ...(place.line === undefined ? {} : { line: place.line }),
      ...(place.column === undefined ? {} : { column: place.column }),
      ...(what === undefined ? {} : { what: what.slice(0, 200) }),
    },
    ...(hint === undefined ? {} : { hint }),
  });
}
