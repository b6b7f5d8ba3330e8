import { expect, test } from "vitest";
import { toBase64Offsets, windashVariants } from "../../../analyzers/sigma/encodings.ts";
import { parseRule, type RuleLists } from "../../../analyzers/sigma/parse-rule.ts";
import { parsePattern } from "../../../analyzers/sigma/pattern.ts";
import { isLogkeepError, type LogkeepError } from "../../../core/errors.ts";

function rule(detection: string, more = ""): string {
  return `title: t\nlogsource:\n  product: aws\n${more}detection:\n${detection.replace(/^/gm, "  ")}\n`;
}

function refusal(text: string, lists: RuleLists = {}): LogkeepError {
  try {
    parseRule("rule.yml", text, lists);
  } catch (thrown) {
    if (isLogkeepError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error("the rule was taken");
}

test("default: attributes, our own included", () => {
  const parsed = parseRule(
    "rule.yml",
    rule(
      "s:\n  eventName: X\ncondition: s",
      "level: high\nauthor: Jo\ntags: [attack.t1078]\nlogkeep:\n  entity: [a, [b, c.d]]\n  known_gaps: [one]\n  attack_version: '18'\n",
    ),
  );
  expect(parsed).toMatchObject({
    title: "t",
    level: "high",
    author: "Jo",
    logsource: { product: "aws" },
    extras: { entity: [[["a"]], [["b"], ["c", "d"]]], knownGaps: ["one"], attackVersion: "18" },
  });
});

test("behavior: the specification's escapes", () => {
  const literal = (text: string): unknown[] => [{ kind: "literal", text }];
  expect(parsePattern("a\\\\b")).toEqual(literal("a\\b"));
  expect(parsePattern("a\\b")).toEqual(literal("a\\b"));
  expect(parsePattern("\\*\\?")).toEqual(literal("*?"));
  expect(parsePattern("\\\\*")).toEqual([...literal("\\"), { kind: "any" }]);
  expect(parsePattern("\\\\\\*")).toEqual(literal("\\*"));
  expect(parsePattern("\\\\\\")).toEqual(literal("\\\\"));
  expect(parsePattern("a\\\\\\x")).toEqual(literal("a\\\\x"));
  expect(parsePattern("a\\")).toEqual(literal("a\\"));
  expect(parsePattern("a**?")).toEqual([...literal("a"), { kind: "any" }, { kind: "one" }]);
});

test("behavior: encodings count bytes", () => {
  expect(toBase64Offsets(Buffer.from("http://"))).toEqual(["aHR0cDovL", "h0dHA6Ly", "odHRwOi8v"]);
  for (const [shift, text] of toBase64Offsets(Buffer.from("é€")).entries()) {
    expect(Buffer.from(`${"x".repeat(shift)}é€yy`).toString("base64")).toContain(text);
  }
  expect(windashVariants("a -b", 10)).toEqual(["a -b", "a /b", "a –b", "a —b", "a ―b"]);
  expect(windashVariants("a-b", 10)).toEqual(["a-b"]);
  expect(windashVariants(" -a -b", 10)).toBeNull();
});

test("behavior: YAML 1.2, so that no, dates and leading zeros stay text", () => {
  const parsed = parseRule("r.yml", rule("s:\n  a: no\n  b: 2024-01-01\n  c: 012345678901\ncondition: s"));
  const texts = JSON.stringify(parsed.condition);
  for (const text of ["no", "2024-01-01", "012345678901"]) expect(texts).toContain(JSON.stringify(text));
});

test("error: each says the place and what is wrong", () => {
  const seen = {
    pipe: refusal(rule("s:\n  a: b\ncondition: s | count() > 5")),
    selector: refusal(rule("s:\n  a: b\ncondition: s and not 1 of filter_*")),
    identifier: refusal(rule("s:\n  a: b\ncondition: t")),
    modifier: refusal(rule("s:\n  a|fuzzy: b\ncondition: s")),
    chain: refusal(rule("s:\n  a|exists|all: true\ncondition: s")),
    all: refusal(rule("s:\n  a|all: b\ncondition: s")),
    nullInList: refusal(rule("s:\n  a: [b, null]\ncondition: s")),
    regex: refusal(rule("s:\n  a|re: '(?=x)'\ncondition: s")),
    badRegex: refusal(rule("s:\n  a|re: '('\ncondition: s")),
    cidr: refusal(rule("s:\n  a|cidr: 10.0.0.0/99\ncondition: s")),
    number: refusal(rule("s:\n  a|gt: many\ncondition: s")),
    brackets: refusal(rule("s:\n  a[0]: x\ncondition: s")),
    placeholder: refusal(rule("s:\n  a|expand: '%ours%'\ncondition: s")),
    correlation: refusal("title: t\ncorrelation:\n  type: event_count\n"),
    parenthesis: refusal(rule("s:\n  a: b\ncondition: (s")),
    wildcardBase64: refusal(rule("s:\n  a|base64: 'x*'\ncondition: s")),
    attribute: refusal(rule("s:\n  a: b\ncondition: s", "logkeep:\n  known_gap: x\n")),
  };
  const told = Object.fromEntries(
    Object.entries(seen).map(([name, { code, facts }]) => [
      name,
      `${code} ${facts.line}:${facts.column} ${facts.what ?? ""}`,
    ]),
  );
  expect(told).toMatchSnapshot();
});

test("error: hostile YAML ends in a refusal, and soon", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
    .split("")
    .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdefg"[index]}`).join(",")}]`)
    .join("\n")}\n`;
  const startedAt = performance.now();
  expect(refusal(bomb).code).toBe("rule.too-large");
  expect(refusal("[".repeat(100_000)).code).toBe("rule.not-yaml");
  expect(refusal("{a: ".repeat(200) + "}".repeat(200)).code).toBe("rule.too-deep");
  expect(refusal("a: &x [*x]\n").code).toMatch(/^rule\.too-/);
  expect(refusal("x".repeat(600_000)).code).toBe("rule.too-large");
  expect(refusal("a: 1\na: 2\n").code).toBe("rule.not-yaml");
  expect(refusal(rule(`s:\n  a: b\ncondition: ${"(".repeat(5000)}s${")".repeat(5000)}`)).code).toBe("rule.too-deep");
  expect(refusal("\u0000").code).toMatch(/^rule\./);
  expect(refusal("").code).toBe("rule.empty");
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test("behavior: a list that the rule declares may be absent, and counts as empty", () => {
  const text = rule(
    "s:\n  ip|cidr|expand: '%egress_addresses%'\ncondition: s",
    "logkeep:\n  lists:\n    egress_addresses: all addresses count\n",
  );
  expect(parseRule("r.yml", text, { egress_addresses: null })).toMatchObject({
    missingLists: ["egress_addresses"],
    condition: { kind: "selection", of: { kind: "constant", value: false } },
  });
  expect(parseRule("r.yml", text, { egress_addresses: ["192.0.2.0/24"] }).missingLists).toEqual([]);
});
