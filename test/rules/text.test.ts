import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../support/catalog.ts";
import { codePaths, pathsIn } from "../support/code-files.ts";

/** What must never stand in the repository, each with the reason. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a path of one machine", pattern: /(?<![\w.}/-])\/(?:work|root|Users\/\w+|home\/\w+)\/[\w.-]/ },
  { what: "the host of a package registry", pattern: /registry\.(?:npmjs|yarnpkg)|pypi\.(?:org|python)|\.jfrog\.io/i },
  // AWS's documentation writes EXAMPLE into the keys that are nobody's.
  { what: "an access key id", pattern: /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b/ },
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]{20}/ },
  {
    what: "an unfinished note",
    pattern: new RegExp(`\\b(?:${["TO", "DO"].join("")}|${["FIX", "ME"].join("")}|XXX:)\\b`),
  },
];

test("default: no file holds what belongs to one machine, or to nobody else", () => {
  const found = textPaths().flatMap((path) => {
    const text = readFileSync(`${ROOT}${path}`, "utf8");
    return FORBIDDEN.filter(({ pattern }) => pattern.test(text)).map(
      ({ what, pattern }) => `${path}: ${what} (${pattern.exec(text)?.[0]})`,
    );
  });
  expect(found).toEqual([]);
});

test("behavior: the patterns find what they are for", () => {
  const hits = (text: string) => FORBIDDEN.some(({ pattern }) => pattern.test(text));
  expect(hits(["open /wo", "rk/main/x"].join(""))).toBe(true);
  expect(hits(["https://registry.np", "mjs.org/"].join(""))).toBe(true);
  expect(hits(`AKIA${"Q".repeat(16)}`)).toBe(true);
  expect(hits("AKIAIOSFODNN7EXAMPLE")).toBe(false);
  expect(hits(["s3://bucket", "work", "x, file://", "work", "x"].join("/"))).toBe(false);
});

function textPaths(): string[] {
  const top = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|json|ts|yml|yaml)$|^(logkeep|\.gitignore)$/.test(entry.name))
    .map((entry) => entry.name);
  return [...top, ...codePaths(), ...pathsIn("docs"), ...pathsIn(".ci")].filter(
    (path) => !/\.(gz|parquet|png|avro)$/.test(path),
  );
}
