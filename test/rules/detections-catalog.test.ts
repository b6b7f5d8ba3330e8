import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { foldersIn, ROOT, templateLiteral, textOf } from "../support/catalog.ts";

test("default: the detection catalog is what the folder listing says", async () => {
  await expect(renderDetections()).toMatchFileSnapshot(`${ROOT}analyzers/detections.gen.ts`);
});

function renderDetections(): string {
  const detections = foldersIn("analyzers/detections").map((id) => ({
    id,
    name: id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
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
