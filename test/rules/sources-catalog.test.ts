import { expect, test } from "vitest";
import { foldersIn, ROOT, templateLiteral, textOf } from "../support/catalog.ts";

test("default: the source catalog is what the folder listing says", async () => {
  await expect(renderSources()).toMatchFileSnapshot(`${ROOT}ingest/sources.gen.ts`);
});

function renderSources(): string {
  const ids = foldersIn("ingest/sources");
  const imports = ids.map((id) => `import ${id} from "./sources/${id}/source.ts";`);
  const entries = ids.map(
    (id) => `  {
    ...${id},
    normalizeSql: ${templateLiteral(textOf(`ingest/sources/${id}/normalize.sql`))},
    macrosSql: ${templateLiteral(textOf(`ingest/sources/${id}/macros.sql`))},
  },`,
  );
  return `// Rendered from the folders of ingest/sources by \`npm run gen\`. Do not edit.
import type { Source } from "../core/source.ts";
${imports.join("\n")}

/** Every log source, in the order of their ids. */
export const SOURCES: readonly Source[] = [
${entries.join("\n")}
];
`;
}
