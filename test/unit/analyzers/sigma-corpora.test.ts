import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluate } from "../../../analyzers/sigma/evaluate.ts";
import { parseRule } from "../../../analyzers/sigma/parse-rule.ts";
import { isLogkeepError } from "../../../core/errors.ts";
import { corpusFolder } from "../../support/corpora.ts";

const ENGINE = corpusFolder("sigma-engine-cases");
const REGRESSION = corpusFolder("sigma-regression-cases");
const AWS = corpusFolder("sigma-aws-rules");

interface EngineCase {
  readonly case: string;
  readonly rule: string;
  readonly event: unknown;
  readonly expected: boolean;
  readonly multi_document: boolean;
  readonly extension: string | null;
}

/** Cases of the other engine that we decide otherwise, each with the reason. */
const OTHER_CHOICES: Readonly<Record<string, string>> = {
  test_expand_modifier_yaml: "it fills placeholders from the event; ours come from the configuration alone",
  test_expand_modifier_multiple_placeholders: "as above",
  array_brackets_literal_field_below_v3: "brackets are reserved for the array syntax of Sigma 3",
  vacuous_all_of_zero_matches_is_true: "a selector that selects nothing is an error with us",
  base64offset_matches_plain_base64_contains: "it adds an unshifted base64 to base64offset; the specification does not",
  count_of_them_ignores_underscore_prefixed_names: "asking for more selections than there are is an error with us",
};

test.skipIf(ENGINE === null)("behavior: another engine's verdicts, apart from reviewed choices", () => {
  const cases = readJsonLines<EngineCase>(join(ENGINE ?? "", "cases.jsonl"));
  const counts = { same: 0, otherChoice: 0, severalDocuments: 0, futureSyntax: 0 };
  for (const one of cases) {
    const verdict = decide(one);
    if (verdict === one.expected) counts.same++;
    else if (one.multi_document) {
      expect(verdict, one.case).toBe("rule.several-rules");
      counts.severalDocuments++;
    } else if (one.extension !== null) {
      expect(verdict, one.case).toBe("rule.bad-field");
      counts.futureSyntax++;
    } else {
      expect(Object.keys(OTHER_CHOICES), `${one.case}: ${verdict}`).toContain(one.case);
      counts.otherChoice++;
    }
  }
  expect(counts).toEqual({ same: 60, otherChoice: 11, severalDocuments: 30, futureSyntax: 72 });
});

test.skipIf(REGRESSION === null)("behavior: the rules' own regression events", () => {
  const folder = REGRESSION ?? "";
  const rules = new Map(
    readJsonLines<{ id: string; yaml: string }>(join(folder, "rules.jsonl")).map(({ id, yaml }) => [id, yaml]),
  );
  const cases = readJsonLines<{ rule_id: string; event: unknown; reference_eval: boolean }>(
    join(folder, "cases.jsonl"),
  );
  for (const { rule_id: id, event, reference_eval: expected } of cases) {
    expect(evaluate(parseRule(id, rules.get(id) ?? "").condition, event), id).toBe(expected);
  }
  expect(cases.length).toBeGreaterThan(200);
});

/** SigmaHQ keeps old documents there on purpose: each is refused with a reason. */
const UNSUPPORTED_CODES = ["rule.aggregation"];

test.skipIf(AWS === null)("behavior: all CloudTrail rules parse, old aggregations are refused", () => {
  const files = readdirSync(AWS ?? "", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yml"));
  const outcomes = files.map((file) => ({
    file,
    outcome: parseOutcome(file, readFileSync(join(AWS ?? "", file), "utf8")),
  }));
  expect(
    outcomes.filter(({ file }) => file.startsWith("rules/") && file.length > 0).map(({ outcome }) => outcome),
  ).toEqual(Array.from({ length: 57 }, () => "parsed"));
  for (const { file, outcome } of outcomes) {
    if (file.startsWith("unsupported/")) expect(UNSUPPORTED_CODES, file).toContain(outcome);
    if (file.startsWith("rules-placeholder/")) expect(outcome, file).toBe("rule.no-list");
  }
});

function decide(one: EngineCase): boolean | string {
  try {
    return evaluate(parseRule(one.case, one.rule).condition, one.event);
  } catch (thrown) {
    if (isLogkeepError(thrown)) return thrown.code;
    throw thrown;
  }
}

function parseOutcome(file: string, text: string): string {
  try {
    parseRule(file, text);
    return "parsed";
  } catch (thrown) {
    if (isLogkeepError(thrown)) return thrown.code;
    throw thrown;
  }
}

function readJsonLines<T>(file: string): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
