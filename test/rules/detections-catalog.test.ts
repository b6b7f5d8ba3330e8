import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { foldersIn, ROOT, templateLiteral, textOf } from "../support/catalog.ts";

test("default: the detection catalog is what the folder listing says", async () => {
  await expect(renderDetections()).toMatchFileSnapshot(`${ROOT}analyzers/detections.gen.ts`);
});

test("default: the case catalog holds every case file", async () => {
  await expect(renderCases()).toMatchFileSnapshot(`${ROOT}analyzers/detection-cases.gen.ts`);
});

test("default: the destination catalog is what the folder listing says", async () => {
  await expect(renderDestinations()).toMatchFileSnapshot(`${ROOT}analyzers/destinations.gen.ts`);
});

function renderCases(): string {
  const entries = foldersIn("analyzers/detections").map((id) => {
    const cases = filesIn(`analyzers/detections/${id}/cases`).map(
      (file) =>
        `    ${JSON.stringify(file)}: ${textOf(`analyzers/detections/${id}/cases/${file}`).trim().replaceAll("\n", "\n    ")},`,
    );
    return `  ${JSON.stringify(id)}: {\n${cases.join("\n")}\n  },`;
  });
  return `// Rendered from the folders of analyzers/detections by \`npm run gen\`. Do not edit.
import type { CaseCatalog } from "./testing/read-cases.ts";

/** The cases of every detection, by id and file name. */
export const DETECTION_CASES: CaseCatalog = {
${entries.join("\n")}
};
`;
}

function renderDestinations(): string {
  const ids = filesIn("analyzers/destinations").map((file) => file.replace(/\.ts$/, ""));
  return `// Rendered from the files of analyzers/destinations by \`npm run gen\`. Do not edit.
${ids.map((id) => `import ${camel(id)} from "./destinations/${id}.ts";`).join("\n")}
import { type DestinationEntry, destinationEntry } from "./open-destination.ts";

/** Every kind of alert destination, in the order of their ids. */
export const DESTINATIONS: readonly DestinationEntry[] = [
${ids.map((id) => `  destinationEntry(${camel(id)}),`).join("\n")}
];
`;
}

function filesIn(path: string): string[] {
  return readdirSync(`${ROOT}${path}`).sort();
}

function camel(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function renderDetections(): string {
  const detections = foldersIn("analyzers/detections").map((id) => ({
    id,
    name: camel(id),
    rule: textOf(`analyzers/detections/${id}/rule.yml`),
    code: textOf(`analyzers/detections/${id}/rule.ts`),
    runbook: textOf(`analyzers/detections/${id}/runbook.md`),
  }));
  const imports = detections
    .filter(({ code }) => code !== "")
    .map(({ id, name }) => `import ${name} from "./detections/${id}/rule.ts";`);
  const entries = detections.map(
    ({ id, name, rule, code, runbook }) => `  {
    id: "${id}",
    ruleText: ${templateLiteral(rule)},
    codeHash: ${code === "" ? "null" : `"${createHash("sha256").update(code).digest("hex")}"`},
    test: ${code === "" ? "null" : name},
    runbook: ${templateLiteral(runbook)},
  },`,
  );
  return `// Rendered from the folders of analyzers/detections by \`npm run gen\`. Do not edit.
import type { DetectionFiles } from "./detection.ts";
${imports.join("\n")}

/** Every detection, in the order of their ids. */
export const DETECTIONS: readonly DetectionFiles[] = [
${entries.join("\n")}
];
`;
}
