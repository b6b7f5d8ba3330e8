import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlEngine } from "../../../core/sql-engine.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { corpusFolder } from "../../support/corpora.ts";
import { corpusRecords } from "../../support/corpus-records.ts";
import { openTestEngine } from "../../support/engine.ts";
import { normalizeRecords, sourceOf } from "../../support/normalize-records.ts";
import { type OcsfSchema, validateOcsf } from "../../support/ocsf-validator.ts";
import { typedRow } from "../../support/typed-row.ts";
import { OCSF_EXCEPTIONS, OWN_COLUMNS } from "./exceptions.ts";

const FOLDER = corpusFolder("ocsf-compiled");
const CORPORA = FOLDER === null ? [] : corpusRecords(dirname(FOLDER));

let engine: SqlEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

test.skipIf(FOLDER === null)(
  "behavior: every row of every corpus is valid OCSF 1.8.0, apart from reviewed exceptions",
  async () => {
    // The compiled schema's shape is the compiler's.
    const schema = JSON.parse(readFileSync(join(FOLDER ?? "", "ocsf-1.8.0.json"), "utf8")) as OcsfSchema;
    const unmet: Record<string, string> = {};
    const met = new Set<string>();
    for (const { sourceId, name, inputs, count } of CORPORA) {
      if (!SOURCES.some(({ id }) => id === sourceId)) continue;
      const { table } = sourceOf(sourceId);
      let rowCount = 0;
      for (const input of inputs) {
        const rows = await normalizeRecords(sourceId, input, { engine });
        rowCount += rows.length;
        for (const fault of rows.flatMap((row) => validateOcsf(typedRow(row, table), schema, OWN_COLUMNS))) {
          const key = `${sourceId} ${fault.path} ${fault.rule}`;
          const isMeant = OCSF_EXCEPTIONS.some((one) => `${one.sourceId} ${one.path} ${one.rule}` === key);
          if (isMeant) met.add(key);
          else unmet[`${name}: ${key}`] = fault.detail;
        }
      }
      expect({ name, rowCount }).toEqual({ name, rowCount: count });
    }
    expect(unmet).toEqual({});
    const expected = OCSF_EXCEPTIONS.filter((one) => SOURCES.some(({ id }) => id === one.sourceId));
    expect(expected.map((one) => `${one.sourceId} ${one.path} ${one.rule}`).filter((key) => !met.has(key))).toEqual([]);
  },
);
