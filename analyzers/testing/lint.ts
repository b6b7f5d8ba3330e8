import type { Detection } from "../detection.ts";
import type { Expression } from "../sigma/ir.ts";
import { pathText } from "../sigma/ir.ts";
import { patternLiteral } from "../sigma/pattern.ts";

/**
 * What is suspicious in a rule although it loads: mistakes that published rules were found to have. One sentence each,
 * none for a clean rule.
 */
export function lintDetection(detection: Detection): readonly string[] {
  const { rule } = detection;
  const leaves = leavesOf(rule.condition);
  return [
    ...leaves.flatMap(lintLeaf),
    ...(detection.techniques.length > 0 && rule.extras.attackVersion === null
      ? ["its ATT&CK tags have no version"]
      : []),
    ...(detection.techniques.length === 0 ? ["it has no ATT&CK technique"] : []),
    ...(rule.extras.knownGaps.length === 0 ? ["it names no known gaps"] : []),
    ...(rule.falsePositives.length === 0 ? ["it names no false positives"] : []),
    ...(rule.description === null ? ["it has no description"] : []),
  ];
}

type Leaf = Extract<Expression, { kind: "value" }>;

function leavesOf(expression: Expression): readonly Leaf[] {
  switch (expression.kind) {
    case "and":
    case "or":
    case "at-least":
      return expression.of.flatMap(leavesOf);
    case "not":
    case "selection":
      return leavesOf(expression.of);
    case "value":
      return [expression];
    case "null":
    case "exists":
    case "keyword":
    case "constant":
      return [];
  }
}

/** First parts of CloudTrail's paths: a value that begins with one is a field's name where a text was meant. */
const PATH_LIKE = /^(?:requestParameters|responseElements|userIdentity|additionalEventData)\.[A-Za-z.]+$/;

function lintLeaf({ field, test }: Leaf): readonly string[] {
  const name = pathText(field);
  if (test.kind === "field") {
    const pair = [name, pathText(test.other)];
    const isArn = (path: string): boolean => /arn$/i.test(path);
    return test.how === "equals" && pair.filter(isArn).length === 1
      ? [`it compares an ARN with a name: ${pair.join(" and ")}`]
      : [];
  }
  if (test.kind !== "pattern") return [];
  const text = test.pattern.map((part) => (part.kind === "literal" ? part.text : "")).join("");
  const literal = patternLiteral(test.pattern);
  return [
    ...(PATH_LIKE.test(text) ? [`a value looks like a field's path: ${text}`] : []),
    ...(name === "eventSource" &&
    literal !== null &&
    !/^[a-z0-9.-]+\.(?:amazonaws|aws\.internal)(?:\.com)?$/i.test(literal)
      ? [`an event source is no service name: ${literal}`]
      : []),
    ...(/^errorCode$/.test(name) && literal !== null && /^success$/i.test(literal)
      ? ["errorCode never holds Success: write null"]
      : []),
  ];
}
