import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../support/catalog.ts";
import { type CodeFile, codeFiles, nodesOf, parseCode } from "../support/code-files.ts";
import { DEFINITION_FOLDERS, IMPORT_RULES, type ImportRule, PURE_BUILT_INS, SDKS } from "./import-table.ts";

const FILES = codeFiles();
const CODE = FILES.filter((file) => !file.path.startsWith("test/"));

test("default: every import is one that the table allows", () => {
  expect(CODE.flatMap(importFaults)).toEqual([]);
});

test("behavior: the table refuses what it should", () => {
  const fault = (path: string, specifier: string) =>
    importFaults({ path, ...parseCode(path, `import type { X } from "${specifier}";`) }).length > 0;
  expect(fault("core/a.ts", "../ingest/b.ts")).toBe(true);
  expect(fault("core/a.ts", "./b.ts")).toBe(false);
  expect(fault("core/a.ts", "node:fs")).toBe(true);
  expect(fault("ingest/a.ts", "../analyzers/b.ts")).toBe(true);
  expect(fault("ingest/sources/config/a.ts", "../vpc_flow/b.ts")).toBe(true);
  expect(fault("ingest/sources/config/a.ts", "../../route.ts")).toBe(true);
  expect(fault("ingest/sources/config/a.ts", "./table.ts")).toBe(false);
  expect(fault("analyzers/a.ts", "../ingest/sources.gen.ts")).toBe(false);
  expect(fault("analyzers/a.ts", "../ingest/route.ts")).toBe(true);
  expect(fault("cli/a.ts", "../adapters/b.ts")).toBe(true);
  expect(fault("cli/wire.ts", "../adapters/b.ts")).toBe(false);
  expect(fault("cli/a.ts", "../ingest/sources/config/source.ts")).toBe(true);
  expect(fault("queries/a.ts", "@duckdb/node-api")).toBe(true);
  expect(fault("cli/a.ts", "../test/b.ts")).toBe(true);
  expect(fault("lake/a.ts", "left-pad")).toBe(true);
});

test("behavior: each SDK is imported in one adapter at most", () => {
  const importers = SDKS.map((name) => ({
    name,
    files: CODE.filter((file) => file.imports.some((path) => packageOf(path) === name)).map((file) => file.path),
  }));
  expect(importers.filter(({ files }) => files.length > 1)).toEqual([]);
});

test("behavior: every dependency is allowed somewhere by the table", () => {
  // The file's shape is npm's.
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as Record<string, Record<string, string>>;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const allowed = new Set(IMPORT_RULES.flatMap((rule) => rule.packages));
  expect(names.filter((name) => !allowed.has(name))).toEqual([]);
});

test("behavior: only core/config.ts reads the environment", () => {
  const readers = CODE.filter((file) => file.path !== "core/config.ts" && readsEnvironment(file));
  expect(readers.map((file) => file.path)).toEqual([]);
});

test("behavior: an adapter is built by cli/wire.ts alone", () => {
  const importers = CODE.filter(
    (file) =>
      file.path !== "cli/wire.ts" &&
      !file.path.startsWith("adapters/") &&
      file.imports.some((path) => path.startsWith("adapters/")),
  );
  expect(importers.map((file) => file.path)).toEqual([]);
});

function importFaults(file: CodeFile): string[] {
  const rule = ruleOf(file.path);
  if (rule === null) return [`${file.path}: no rule says what it may import`];
  return file.imports
    .filter((imported) => !isAllowed(file.path, imported, rule))
    .map((imported) => `${file.path} imports ${imported}`);
}

function ruleOf(path: string): ImportRule | null {
  const definition = DEFINITION_FOLDERS.find(({ folder }) => path.startsWith(folder));
  if (definition !== undefined) {
    const own = path.slice(0, path.indexOf("/", definition.folder.length) + 1);
    return { folder: own, ours: ["core/"], ownFolder: true, packages: [], edges: false };
  }
  const fitting = IMPORT_RULES.filter((rule) => path.startsWith(rule.folder));
  return fitting.sort((left, right) => right.folder.length - left.folder.length)[0] ?? null;
}

function isAllowed(from: string, imported: string, rule: ImportRule): boolean {
  if (imported.startsWith("node:")) return rule.edges || PURE_BUILT_INS.includes(imported);
  if (!/^[a-z]+\/.*\.ts$/.test(imported)) return rule.packages.includes(packageOf(imported));
  const definition = DEFINITION_FOLDERS.find(({ folder }) => imported.startsWith(folder));
  if (
    definition !== undefined &&
    !(rule.ownFolder && imported.startsWith(rule.folder) && isWithin(from, definition.folder))
  ) {
    return from === definition.catalog;
  }
  return (rule.ownFolder && imported.startsWith(rule.folder)) || rule.ours.some((start) => imported.startsWith(start));
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function readsEnvironment(file: CodeFile): boolean {
  if (/from "node:process"|from "process"/.test(file.text)) return true;
  for (const node of nodesOf(file.program)) {
    if (node.type !== "MemberExpression") continue;
    if (/^process\s*\??\.?\s*(env\b|\[\s*["'`]env)/.test(file.text.slice(node.start, node.end))) return true;
  }
  return false;
}
