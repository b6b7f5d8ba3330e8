import { createHash } from "node:crypto";
import type { CandidateTest, DetectionLists } from "../core/detection-rule.ts";
import type { SourceDefinition } from "../core/source.ts";
import type { SigmaRule } from "./sigma/ir.ts";
import { parseRule, type RuleLists } from "./sigma/parse-rule.ts";

/** A detection's folder, as the generated catalog lists it. */
export interface DetectionFiles {
  /** The folder's name. */
  readonly id: string;
  /** Text of `rule.yml`. */
  readonly ruleText: string;
  /** SHA-256 of `rule.ts`, hex; null where there is none. */
  readonly codeHash: string | null;
  readonly test: CandidateTest | null;
  /** Text of `runbook.md`. */
  readonly runbook: string;
}

/** A detection, ready to run. */
export interface Detection {
  readonly id: string;
  /** Changes with the rule's text and its code. */
  readonly version: string;
  readonly rule: SigmaRule;
  /** What decides about the candidates that the rule's Sigma part selects; null where Sigma says it all. */
  readonly test: CandidateTest | null;
  readonly runbook: string;
  /** The rule's own gaps, and one for each list that it reads and the configuration does not give. */
  readonly knownGaps: readonly string[];
  /** ATT&CK technique ids of the rule's tags, e.g. `T1078.004`. */
  readonly techniques: readonly string[];
}

/** Loads detections with the configuration's lists. Throws a `rule.*` error for the first that cannot be loaded. */
export function loadDetections(catalog: readonly DetectionFiles[], lists: DetectionLists): readonly Detection[] {
  return catalog.map((files) => loadDetection(files, lists));
}

function loadDetection(files: DetectionFiles, lists: DetectionLists): Detection {
  const rule = parseRule(`${files.id}/rule.yml`, files.ruleText, ruleLists(lists));
  const absent = rule.missingLists.flatMap((name) => rule.extras.lists[name] ?? []);
  return {
    id: files.id,
    version: createHash("sha256")
      .update(`${files.ruleText}\0${files.codeHash ?? ""}`)
      .digest("hex")
      .slice(0, 16),
    rule,
    test: files.test,
    runbook: files.runbook,
    knownGaps: [...absent, ...rule.extras.knownGaps],
    techniques: rule.tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []),
  };
}

/** True when the rule's log source is this one: whatever the rule names must agree. */
export function readsSource(rule: SigmaRule, source: SourceDefinition): boolean {
  const { product, service, category } = rule.logsource;
  return (
    product === source.logsource.product &&
    (service === undefined || service === source.logsource.service) &&
    category === undefined
  );
}

/** The lists as rules name them between percent signs. */
function ruleLists(lists: DetectionLists): RuleLists {
  return {
    egress_addresses: lists.egressAddresses,
    accounts: lists.accounts === null ? null : lists.accounts.map(({ id }) => id),
  };
}
