import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { ROOT, templateLiteral, textOf } from "../support/catalog.ts";

const FILES = readdirSync(`${ROOT}queries/saved`).sort();

test("default: the catalog of saved queries is what the folder listing says", async () => {
  await expect(renderQueries()).toMatchFileSnapshot(`${ROOT}queries/saved.gen.ts`);
});

test("behavior: every file is a saved query whose id is its name", () => {
  for (const name of FILES) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*\.sql$/);
  const titles = FILES.map((name) => parseSavedQuery({ id: idOf(name), text: textOf(`queries/saved/${name}`) }).title);
  expect(new Set(titles).size).toBe(FILES.length);
});

test("behavior: every saved query has a case with its expected answer", () => {
  const cases = textOf("test/unit/queries/saved-queries.test.ts");
  expect(FILES.map(idOf).filter((id) => !cases.includes(`: ${id} `))).toEqual([]);
});

function idOf(name: string): string {
  return name.replace(/\.sql$/, "");
}

function renderQueries(): string {
  const entries = FILES.map(
    (name) => `  {
    id: "${idOf(name)}",
    text: ${templateLiteral(textOf(`queries/saved/${name}`))},
  },`,
  );
  return `// Rendered from the files of queries/saved by \`npm run gen\`. Do not edit.
import type { SavedQueryFile } from "./saved-query.ts";

/** Every saved query, in the order of their ids. */
export const SAVED_QUERIES: readonly SavedQueryFile[] = [
${entries.join("\n")}
];
`;
}
