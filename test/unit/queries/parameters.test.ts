import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestName } from "../../../queries/nearest-name.ts";
import { parseParameters, usageOf } from "../../../queries/parse-parameters.ts";
import { PARAMETER_TYPES, parseSavedQuery } from "../../../queries/saved-query.ts";

const NOW_MS = Date.UTC(2026, 0, 10);

function queryOf(parameters: string, sql: string) {
  return parseSavedQuery({
    id: "q",
    text: `/*\ntitle: T\ngroup: identity\ndescription: D\nnotes: [N]\ntables: [cloudtrail]\nparameters:\n${parameters}\n*/\n${sql}\n`,
  });
}

function typed(type: string) {
  return queryOf(`  - { name: p, type: ${type}, required: true, help: h, example: e }`, "SELECT $p");
}

test.each([
  ["string", "a'; --", "a'; --"],
  ["string", "=x=y", "=x=y"],
  ["integer", "15", 15],
  ["boolean", "true", true],
  ["boolean", "false", false],
  ["ip", "198.51.100.7", "198.51.100.7"],
  ["ip", "2001:DB8::1", "2001:db8::1"],
  ["account", "012345678901", "012345678901"],
  ["arn", "arn:aws:s3:::example-bucket", "arn:aws:s3:::example-bucket"],
  ["arn", "arn:aws-us-gov:iam::111122223333:role/a/b", "arn:aws-us-gov:iam::111122223333:role/a/b"],
  ["access-key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  ["instant", "2026-01-05", "2026-01-05T00:00:00Z"],
  ["instant", "24h", "2026-01-09T00:00:00Z"],
])("default: a %s of %j", (type, text, value) => {
  expect(parseParameters(typed(type), [`p=${text}`], NOW_MS)).toEqual({ p: value });
});

test.each([
  ["string", ""],
  ["string", "a\u0000b"],
  ["string", "a\nb"],
  ["string", "x".repeat(5000)],
  ["integer", "-1"],
  ["integer", "1e9"],
  ["integer", "9".repeat(40)],
  ["boolean", "yes"],
  ["ip", "198.51.100"],
  ["ip", "198.51.100.7/24"],
  ["ip", "fe80::1%eth0"],
  ["account", "12345678901"],
  ["account", "01234567890a"],
  ["arn", "arn:aws:iam"],
  ["arn", "arn:aws:iam::x:role/a' OR 1=1"],
  ["access-key", "AKIA' OR '1'='1"],
  ["instant", "soon"],
])("args: %j does not take %j", (type, text) => {
  expect(() => parseParameters(typed(type), [`p=${text}`], NOW_MS)).toThrow(
    expect.objectContaining({ code: "cli.usage" }),
  );
});

test("args: unknown, repeated, missing and misspelt parameters", () => {
  for (const given of [["q=1"], ["p=1", "p=2"], [], ["p"], ["=1"]]) {
    expect(() => parseParameters(typed("integer"), given, NOW_MS)).toThrow(
      expect.objectContaining({ code: "cli.usage" }),
    );
  }
});

test("behavior: no text makes anything but a value or a refusal", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PARAMETER_TYPES), fc.string({ unit: "binary" }), (type, text) => {
      try {
        const { p } = parseParameters(typed(type), [`p=${text}`], NOW_MS);
        expect(["string", "number", "boolean"]).toContain(typeof p);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "cli.usage" });
        // The refusal does not repeat the value.
        if (text.length > 8) expect(JSON.stringify(thrown)).not.toContain(JSON.stringify(text).slice(1, -1));
      }
    }),
  );
});

test("behavior: what is not given is the default or NULL", () => {
  const query = queryOf(
    '  - { name: a, type: integer, default: "7", help: h, example: "1" }\n  - { name: b, type: string, help: h, example: e }',
    "SELECT $a, $b",
  );
  expect(parseParameters(query, [], NOW_MS)).toEqual({ a: 7, b: null });
  expect(usageOf(query)).toBe("logkeep query q");
  expect(usageOf(typed("ip"))).toBe("logkeep query q --param p=e");
});

test.each([
  ["  - { name: p, type: string, help: h, example: e }", "SELECT 1", "p is declared and not used"],
  ["  []", "SELECT $x", "$x is not declared"],
  ["  - { name: p, type: nothing, help: h, example: e }", "SELECT $p", "parameters.0.type"],
  ["  - { name: P-, type: string, help: h, example: e }", "SELECT $p", "parameters.0.name"],
  ["  - { name: p, type: string, required: true, default: x, help: h, example: e }", "SELECT $p", "has no default"],
  ["  []", "SELECT 1; SELECT 2", "semicolon"],
])("error: a file with %j and %j", (parameters, sql, fault) => {
  try {
    queryOf(parameters, sql);
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: "query.bad-file", facts: { faults: expect.stringContaining(fault) } });
  }
});

test("default: the nearest name", () => {
  const names = ["who-used-ip", "root-activity"];
  expect(nearestName("who-use-ip", names)).toBe("who-used-ip");
  expect(nearestName("activity", names)).toBe("root-activity");
  expect(nearestName("zzz", names)).toBeNull();
  expect(nearestName("nope", ["time"])).toBeNull();
  expect(nearestName("x".repeat(100_000), names)).toBeNull();
});
