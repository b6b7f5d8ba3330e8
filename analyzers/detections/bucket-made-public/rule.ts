import {
  type CandidateTest,
  type DetectionLists,
  isOutsideAccount,
  type Reason,
} from "../../../core/detection-rule.ts";
import { type PolicyCondition, type PolicyStatement, parsePolicy } from "../../../core/iam-policy.ts";
import { type RawRecord, resolvePath, textsAt } from "../../../core/raw-record.ts";

/** A new policy or access control list is judged as a whole: what it replaces is not in the event. */
const opensBucket: CandidateTest = (record, lists) => {
  const reasons = [...judgePolicy(record, lists), ...judgeAcl(record)];
  return reasons.length === 0 ? null : reasons;
};

export default opensBucket;

const POLICY = "requestParameters.bucketPolicy";

function judgePolicy(record: RawRecord, lists: DetectionLists): readonly Reason[] {
  const statements = resolvePath(record, POLICY.split(".")).values.flatMap((value) => parsePolicy(value) ?? []);
  const principals = statements
    .filter((statement) => statement.isAllow && !isLimited(statement))
    .flatMap((statement) => {
      // Allow with NotPrincipal lets in everyone who is not named.
      if (statement.hasNotPrincipal) return ["NotPrincipal"];
      return statement.awsPrincipals.filter((principal) => isForeign(principal, record, lists));
    });
  return principals.length === 0 ? [] : [{ field: `${POLICY}.Statement.Principal`, values: principals.slice(0, 5) }];
}

function isForeign(principal: string, record: RawRecord, lists: DetectionLists): boolean {
  if (principal === "*" || principal.startsWith("arn:aws:iam::*")) return true;
  const account = /^(\d{12})$|^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(principal);
  const id = account?.[1] ?? account?.[2];
  return id !== undefined && isOutsideAccount(id, record, lists);
}

/** Keys that tie a request to a known party or network (S3 user guide, "The meaning of public"). */
const LIMITING_KEYS = new Set([
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:userid",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceowner",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceip",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
  "kms:calleraccount",
]);

/**
 * Only a positive comparison that needs the key to be there limits anything: with `...IfExists` and `ForAllValues:` a
 * request without the key passes.
 */
const LIMITING_OPERATOR = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/i;

function isLimited(statement: PolicyStatement): boolean {
  return statement.conditions.some(isLimiting);
}

function isLimiting({ operator, key, values }: PolicyCondition): boolean {
  if (!LIMITING_OPERATOR.test(operator) || !LIMITING_KEYS.has(key) || values.length === 0) return false;
  return !values.some((value) => isOpenValue(key, value));
}

function isOpenValue(key: string, value: string): boolean {
  if (key === "aws:sourceip") return /\/[0-7]$/.test(value);
  return /^[*?]*$/.test(value) || /^arn:[^:]*:[^:]*:[^:]*:\*/.test(value);
}

/** Predefined groups that mean everyone, or everyone with any AWS account. */
const EVERYONE = /acs\.amazonaws\.com\/groups\/global\/(?:AllUsers|AuthenticatedUsers)/i;
const CANNED_ACL = /^(?:public-read|public-read-write|authenticated-read)$/i;
const ACL = "requestParameters.x-amz-acl";
const GRANTEE = "requestParameters.AccessControlPolicy.AccessControlList.Grant.Grantee.URI";
const GRANT_HEADERS = ["read", "write", "read-acp", "write-acp", "full-control"].map(
  (permission) => `requestParameters.x-amz-grant-${permission}`,
);

function judgeAcl(record: RawRecord): readonly Reason[] {
  const judged = [
    { field: ACL, values: textsAt(record, ACL).filter((value) => CANNED_ACL.test(value)) },
    ...[GRANTEE, ...GRANT_HEADERS].map((field) => ({
      field,
      values: textsAt(record, field).filter((value) => EVERYONE.test(value)),
    })),
  ];
  return judged
    .filter(({ values }) => values.length > 0)
    .map(({ field, values }) => ({ field, values: values.slice(0, 5) }));
}
