import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { usageOf } from "../../queries/parse-parameters.ts";
import { parseSavedQuery, QUERY_GROUPS, type SavedQuery } from "../../queries/saved-query.ts";
import { ROOT, templateLiteral, textOf } from "../support/catalog.ts";

const FILES = readdirSync(`${ROOT}queries/saved`).sort();

test("default: the catalog of saved queries is what the folder listing says", async () => {
  await expect(renderQueries()).toMatchFileSnapshot(`${ROOT}queries/saved.gen.ts`);
});

test("default: the page of saved queries says what their files say", async () => {
  await expect(renderPage()).toMatchFileSnapshot(`${ROOT}docs/saved-queries.gen.md`);
});

test("behavior: every file is a saved query whose id is its name", () => {
  for (const name of FILES) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*\.sql$/);
  const titles = FILES.map((name) => parseSavedQuery({ id: idOf(name), text: textOf(`queries/saved/${name}`) }).title);
  expect(new Set(titles).size).toBe(FILES.length);
});

test("behavior: every saved query has a case with its expected answer", () => {
  const cases = readdirSync(`${ROOT}test/unit/queries`)
    .filter((name) => /^saved-.*\.test\.ts$/.test(name))
    .map((name) => textOf(`test/unit/queries/${name}`))
    .join("\n");
  expect(FILES.map(idOf).filter((id) => !cases.includes(`: ${id} `))).toEqual([]);
});

function renderPage(): string {
  const queries = FILES.map((name) => parseSavedQuery({ id: idOf(name), text: textOf(`queries/saved/${name}`) }));
  const groups = QUERY_GROUPS.map(({ id, title }) => {
    const members = queries.filter((query) => query.group === id);
    return `## ${title}\n\n${members.map(renderQuery).join("\n")}`;
  });
  const head = `# Saved queries

Rendered from the files of \`queries/saved\` by \`npm run gen\`. Do not edit. Each runs as \`logkeep query NAME\`; \`--from\`,
\`--to\` and \`--account\` bound the rows of every table that it asks. Parameters in brackets may be left out.
`;
  return `${[head, ...groups].join("\n")}`;
}

function renderQuery(query: SavedQuery): string {
  const { id, title, description, notes, tables, parameters } = query;
  const rows = parameters.map(
    ({ name, type, required, help, example, default: preset }) =>
      `| ${required ? `\`${name}\`` : `[\`${name}\`]`} | ${type} | ${escapeCell(help)}${preset === null ? "" : `; ${escapeCell(preset)} unless given`} | \`${escapeCell(example)}\` |`,
  );
  const table =
    rows.length === 0 ? [] : ["| parameter | type | what it is | example |", "|---|---|---|---|", ...rows, ""];
  return [
    `### ${id}`,
    "",
    `**${title}.** ${description}`,
    "",
    `Reads ${tables.map((each) => `\`${each}\``).join(", ")}. \`${usageOf(query)}\``,
    "",
    ...table,
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

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
