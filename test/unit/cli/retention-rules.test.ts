import { expect, test } from "vitest";
import { heldAccounts, parseRetentionRules } from "../../../cli/retention-rules.ts";

const TABLES = ["cloudtrail", "vpc_flow"];
const parse = (text: string) => parseRetentionRules("retention.yaml", text, TABLES);

test("default: days for each table, and whose rows stay", () => {
  const rules = parse(`
keep_days:
  cloudtrail: 2555
legal_hold:
  - account: 011122223333
    reason: case 17
  - account: "444455556666"
    reason: case 18
    tables: [vpc_flow]
`);
  expect([...rules.keepDays]).toEqual([["cloudtrail", 2555]]);
  // An id that begins with 0 is no number.
  expect([...heldAccounts(rules, "cloudtrail")]).toEqual(["011122223333"]);
  expect([...heldAccounts(rules, "vpc_flow")]).toEqual(["011122223333", "444455556666"]);
});

test("behavior: an empty file deletes nothing", () => {
  for (const text of ["", "# nothing yet", "keep_days:", "legal_hold:", "{}"]) {
    expect(parse(text)).toEqual({ keepDays: new Map(), holds: [] });
  }
});

test("error: whatever is not certain is a fault, all at once", () => {
  const faulty = [
    "keep_days: { cloudtrial: 10 }",
    "keep_days: { ledger: 10 }",
    "keep_days: { cloudtrail: 0 }",
    "keep_days: { cloudtrail: -1 }",
    "keep_days: { cloudtrail: 1e3 }",
    "keep_days: { cloudtrail: ten }",
    "keep-days: { cloudtrail: 10 }",
    "legal_hold: [{ account: 12345, reason: x }]",
    "legal_hold: [{ account: '111122223333' }]",
    "legal_hold: [{ account: '111122223333', reason: x, tables: [] }]",
    "legal_hold: [{ account: '111122223333', reason: x, tables: [typo] }]",
    "legal_hold: [{ account: '111122223333', reason: x, until: 2030 }]",
    "- keep_days",
    "keep_days: [",
  ];
  for (const text of faulty) expect(() => parse(text), text).toThrow(expect.objectContaining({ code: "cli.usage" }));
  expect(() => parse("keep_days: { cloudtrail: 0, other: 5 }")).toThrow(
    expect.objectContaining({ facts: expect.objectContaining({ "keep_days.cloudtrail": expect.any(String) }) }),
  );
});
