import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { routeKey } from "../../../ingest/route.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { ROOT } from "../../support/catalog.ts";
import { openTestEngine } from "../../support/engine.ts";
import { normalizeObjects } from "../../support/normalize-records.ts";

/**
 * Each source's samples, delivered under the keys that `keys.json` names (null: saved by hand), give the rows of
 * `expected.jsonl`: nulls left out, a faulty record with its reason and text.
 */
describe.each(SOURCES.map((source) => source.id))("samples of %s", (id) => {
  const folder = `${ROOT}ingest/sources/${id}/samples`;

  test("default: the samples give the expected rows", async () => {
    expect(existsSync(`${folder}/keys.json`)).toBe(true);
    // A file of the repository: file name to key or null.
    const keys = JSON.parse(readFileSync(`${folder}/keys.json`, "utf8")) as Record<string, string | null>;
    const engine = await openTestEngine();
    const lines: string[] = [];
    for (const [name, key] of Object.entries(keys)) {
      const route = key === null ? null : routeKey(key, SOURCES);
      if (route !== null) expect([route.source?.id, route.skipRule]).toEqual([id, null]);
      const { account = null, region = null, variant = "" } = route ?? {};
      const rows = await normalizeObjects(id, [readFileSync(`${folder}/${name}`)], {
        engine,
        account,
        region,
        variant,
      });
      expect(rows.length).toBeGreaterThan(0);
      for (const { carried, ...row } of rows) {
        const kept = carried.fault === null ? withoutNulls(row) : { fault: carried.fault, text: carried.text };
        lines.push(JSON.stringify({ sample: name, ...(kept as object) }));
      }
    }
    engine.close();
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`${folder}/expected.jsonl`);
  });
});

/** Leaves out nulls, and the objects in which nothing is left. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  const members = Object.entries(value).map(([key, item]) => [key, withoutNulls(item)] as const);
  const kept = members.filter(([, item]) => item !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
