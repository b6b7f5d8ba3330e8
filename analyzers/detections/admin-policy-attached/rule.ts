import type { CandidateTest, Reason } from "../../../core/detection-rule.ts";
import { actionCovers, type PolicyStatement, parsePolicy } from "../../../core/iam-policy.ts";
import { textAt } from "../../../core/raw-record.ts";

const DOCUMENT = "requestParameters.policyDocument";

/** Attached managed policies were decided by the Sigma part; written policies are read here. */
const grantsAdministration: CandidateTest = (record) => {
  if (String(record.eventName).toLowerCase().startsWith("attach")) {
    return [{ field: "requestParameters.policyArn", values: [textAt(record, "requestParameters.policyArn") ?? ""] }];
  }
  const statements = parsePolicy(textAt(record, DOCUMENT)) ?? [];
  const reasons = statements.flatMap(explainStatement);
  return reasons.length === 0 ? null : reasons;
};

export default grantsAdministration;

function explainStatement(statement: PolicyStatement): readonly Reason[] {
  const coversAll = statement.hasNotResource || statement.resources.includes("*");
  if (!statement.isAllow || !coversAll) return [];
  const { notActions } = statement;
  if (notActions !== null) {
    // "Everything except": administration unless IAM is what is excepted.
    const exceptsIam = notActions.some((pattern) => actionCovers(pattern, "iam:CreateAccessKey"));
    return exceptsIam ? [] : [{ field: `${DOCUMENT}.Statement.NotAction`, values: notActions.slice(0, 5) }];
  }
  const actions = statement.actions.filter((pattern) => isAdministrative(pattern, statement));
  return actions.length === 0 ? [] : [{ field: `${DOCUMENT}.Statement.Action`, values: actions.slice(0, 5) }];
}

function isAdministrative(pattern: string, statement: PolicyStatement): boolean {
  // A pattern that covers actions of two services far apart is everything, however it is spelled: `*`, `*:*`, `?*`.
  if (actionCovers(pattern, "iam:CreateUser") || actionCovers(pattern, "sts:AssumeRoot")) return pattern.includes("*");
  if (!actionCovers(pattern, "iam:PassRole")) return false;
  return !statement.conditions.some(({ key }) => key === "iam:passedtoservice" || key === "iam:associatedresourcearn");
}
