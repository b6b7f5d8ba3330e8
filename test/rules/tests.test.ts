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

const TESTS = codeFiles().filter((file) => file.path.endsWith(".test.ts"));
const TITLE = /^(default|behavior: .+|args: .+|error: .+)/;

test("default: a test's title says what kind of claim it makes", () => {
  const odd = TESTS.flatMap((file) =>
    calls(file)
      .filter(({ name }) => /^(test|it)(\.(each|for)\(.*\))?$/s.test(name))
      .flatMap(({ node }) => {
        const [title] = node.arguments as readonly SyntaxNode[];
        return typeof title?.value === "string" && !TITLE.test(title.value) ? [`${file.path}: ${title.value}`] : [];
      }),
  );
  expect(odd).toEqual([]);
});

test("behavior: nothing is skipped without a reason that is printed", () => {
  expect(TESTS.flatMap(silentSkips)).toEqual([]);
  const sample = (text: string) => silentSkips({ path: "test/a.test.ts", ...parseCode("test/a.test.ts", text) });
  expect(sample(`test.${"skip"}("default", () => {});`)).toHaveLength(1);
  expect(sample(`describe.${"only"}("default", () => {});`)).toHaveLength(1);
  expect(sample('test("default", (context) => { context.skip(); });')).toHaveLength(1);
  expect(sample('test("default", (context) => { context.skip("no Python here"); });')).toEqual([]);
});

test("behavior: every test file is in a project that runs it", () => {
  const lost = TESTS.filter((file) => !/^test\/(rules|unit|integration|engines)\//.test(file.path));
  expect(lost.map((file) => file.path)).toEqual([]);
});

/**
 * `test.skip`, `.only`, `.todo`, `.skipIf` and `.runIf` print no reason; `context.skip(reason)` does, and so does
 * `corpusFolder`, which tells what is absent.
 */
function silentSkips(file: CodeFile): string[] {
  const isTold = file.imports.includes("test/support/corpora.ts");
  return calls(file)
    .filter(({ name }) => !(isTold && /^(test|it|describe)\.skipIf\b/.test(name)))
    .filter(
      ({ name, node }) =>
        /^(test|it|describe|suite)\b.*\.(skip|only|todo|skipIf|runIf|fails)\b/s.test(name) ||
        (/^\w+\.skip$/.test(name) && (node.arguments as readonly unknown[]).length === 0),
    )
    .map(({ node }) => `${file.path}:${lineOf(file.text, node.start)}`);
}

function calls(file: CodeFile): { readonly name: string; readonly node: SyntaxNode }[] {
  const found = [];
  for (const node of nodesOf(file.program)) {
    const callee = node.type === "CallExpression" ? asNode(node.callee) : null;
    if (callee !== null) found.push({ name: file.text.slice(callee.start, callee.end), node });
  }
  return found;
}
