import { expect, test } from "vitest";
import {
  asNode,
  type CodeFile,
  codeFiles,
  lineOf,
  nodesOf,
  parseCode,
  type SyntaxNode,
} from "../support/code-files.ts";

const CODE = codeFiles().filter((file) => !file.path.startsWith("test/"));

/** Where the default export is the definition that a catalog lists. */
const DEFINITION = [
  /^ingest\/sources\/[^/]+\/source\.ts$/,
  /^analyzers\/detections\/[^/]+\/[^/]+\.ts$/,
  /^analyzers\/destinations\/[^/]+\.ts$/,
];

test("default: only definitions are default exports", () => {
  const found = CODE.filter((file) => !DEFINITION.some((pattern) => pattern.test(file.path))).flatMap((file) =>
    statements(file, "ExportDefaultDeclaration"),
  );
  expect(found).toEqual([]);
});

test("behavior: no file exports what another defines", () => {
  const found = CODE.flatMap((file) => [
    ...statements(file, "ExportAllDeclaration"),
    ...statements(file, "ExportNamedDeclaration", (node) => asNode(node.source) !== null),
  ]);
  expect(found).toEqual([]);
});

test("behavior: every export says what it is", () => {
  expect(CODE.filter((file) => !file.path.endsWith(".gen.ts")).flatMap(undocumented)).toEqual([]);
  const sample = (text: string) => undocumented({ path: "core/a.ts", ...parseCode("core/a.ts", text) });
  expect(sample("export const a = 1;")).toHaveLength(1);
  expect(sample("/** One. */\nexport const a = 1;")).toEqual([]);
  expect(sample("/** One. */\nconst b = 2;\nexport const a = b;")).toHaveLength(1);
  expect(sample("/** Both. */\nexport const a = 1;\nexport const b = 2;")).toEqual([]);
  expect(sample("/** One. */\nexport const a = 1;\n\nexport const b = 2;")).toHaveLength(1);
});

test("behavior: a module has no state", () => {
  const found = CODE.flatMap((file) => [
    ...statements(file, "VariableDeclaration", (node) => node.kind !== "const"),
    ...statements(file, "ExportNamedDeclaration", (node) => {
      const declared = asNode(node.declaration);
      return declared?.type === "VariableDeclaration" && declared.kind !== "const";
    }),
  ]);
  expect(found).toEqual([]);
});

test("behavior: a cast says why it holds", () => {
  expect(CODE.flatMap(bareCasts)).toEqual([]);
  const sample = (text: string) => bareCasts({ path: "core/a.ts", ...parseCode("core/a.ts", text) });
  expect(sample("const a = b as string;")).toHaveLength(1);
  expect(sample("// It was parsed as one.\nconst a = b as string;")).toEqual([]);
  expect(sample('const a = ["x"] as const;')).toEqual([]);
});

test("behavior: nothing matches on an error's text", () => {
  const found = CODE.flatMap((file) =>
    [
      ...file.text.matchAll(
        /\b(?:error|thrown|cause|reason)\.message\s*(?:\.(?:includes|startsWith|endsWith|match|search|indexOf)\(|[!=]==)/g,
      ),
    ]
      // The adapter is where an SDK's own error becomes a code.
      .filter(() => !file.path.startsWith("adapters/"))
      .map((match) => place(file, match.index)),
  );
  expect(found).toEqual([]);
});

function statements(file: CodeFile, type: string, when: (node: SyntaxNode) => boolean = () => true): string[] {
  const body = file.program.body as readonly SyntaxNode[];
  return body.filter((node) => node.type === type && when(node)).map((node) => place(file, node.start));
}

function undocumented(file: CodeFile): string[] {
  const body = file.program.body as readonly SyntaxNode[];
  const exported = body.filter(
    (node) =>
      // A definition is documented where it is declared.
      (node.type === "ExportDefaultDeclaration" && asNode(node.declaration)?.type !== "Identifier") ||
      (node.type === "ExportNamedDeclaration" && asNode(node.declaration) !== null),
  );
  return exported
    .filter((node) => !isDocumented(file.text.slice(0, node.start)))
    .map((node) => place(file, node.start));
}

/** Constants on lines below each other share the docstring of the first. */
function isDocumented(before: string): boolean {
  const paragraph = before.slice(before.lastIndexOf("\n\n") + 1);
  return /\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*(export const [^;]*;\s*)*$/.test(paragraph);
}

function bareCasts(file: CodeFile): string[] {
  const lines = file.text.split("\n");
  const found: string[] = [];
  for (const node of nodesOf(file.program)) {
    if (node.type !== "TSAsExpression") continue;
    const type = asNode(node.typeAnnotation);
    const target = type === null ? "" : file.text.slice(type.start, type.end);
    if (target === "const" || target === "unknown") continue;
    const line = lineOf(file.text, type?.start ?? node.start);
    const near = lines.slice(Math.max(0, line - 4), line).join("\n");
    if (!/\/\/|\*\//.test(near)) found.push(place(file, node.start));
  }
  return found;
}

function place(file: CodeFile, offset: number): string {
  const line = lineOf(file.text, offset);
  return `${file.path}:${line} ${(file.text.split("\n")[line - 1] ?? "").trim().slice(0, 80)}`;
}
