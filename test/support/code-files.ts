import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseAst } from "vitest/node";
import { ROOT } from "./catalog.ts";

/** The folders that hold code, in the order in which they may know of each other. */
export const CODE_FOLDERS = [
  "core",
  "ingest",
  "lake",
  "analyzers",
  "queries",
  "adapters",
  "console",
  "cli",
  "deploy",
  "test",
] as const;

/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as the rules look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One TypeScript file of the repository, parsed. */
export interface CodeFile {
  /** From the repository's root, with `/` between parts. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
  /** What it imports, types included: `./x.ts` resolved from the root, packages and built-ins as written. */
  readonly imports: readonly string[];
}

/** Paths of all files below a folder of the repository; none when it is absent. */
export function pathsIn(folder: string): string[] {
  if (!existsSync(`${ROOT}${folder}`)) return [];
  const entries = readdirSync(`${ROOT}${folder}`, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/").slice(ROOT.length))
    .filter((path) => !path.includes("node_modules/"))
    .sort();
}

/** All files in the code folders, whatever their kind. */
export function codePaths(): string[] {
  const present = new Set(readdirSync(ROOT));
  return CODE_FOLDERS.filter((folder) => present.has(folder)).flatMap(pathsIn);
}

/** Every TypeScript file of the code folders. TypeScript's own API is not used: it is not what version 6 had. */
export function codeFiles(): CodeFile[] {
  return codePaths()
    .filter((path) => path.endsWith(".ts"))
    .map(readCode);
}

function readCode(path: string): CodeFile {
  const text = readFileSync(`${ROOT}${path}`, "utf8");
  return { path, ...parseCode(path, text) };
}

/** A text parsed as if it stood at that path. */
export function parseCode(path: string, text: string): Omit<CodeFile, "path"> {
  // The parser's own node types are a union of 200; the rules look at a few keys of each.
  const program = parseAst(text, { lang: "ts" }, path) as unknown as SyntaxNode;
  const imports: string[] = [];
  for (const node of nodesOf(program)) {
    const source = IMPORTING.has(node.type) ? asNode(node.source ?? node.argument) : null;
    if (typeof source?.value === "string") imports.push(resolveImport(path, source.value));
  }
  return { text, program, imports };
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function resolveImport(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** A node and everything below it, parents first. */
export function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      const inner = asNode(child);
      if (inner !== null) yield* nodesOf(inner);
    }
  }
}

/** A value as a node, or null where it is none. */
export function asNode(value: unknown): SyntaxNode | null {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
    ? (value as SyntaxNode)
    : null;
}

/** The line (from 1) of a place in a text. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
