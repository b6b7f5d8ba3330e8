import fc from "fast-check";
import { expect, test } from "vitest";
import type { RawShape } from "../../../core/source.ts";
import { openTestEngine } from "../../support/engine.ts";
import { createNormalizedTable, sourceOf } from "../../support/normalize-records.ts";

/** An unknown field: in which object of the record, its name and its value. */
interface Planted {
  readonly place: readonly string[];
  readonly name: string;
  readonly value: unknown;
}

/** Every object of a record whose keys are known, and every payload that is kept as JSON. */
function places(shape: RawShape, jsonFields: readonly string[], path: readonly string[] = []): (readonly string[])[] {
  const inner = Object.entries(shape).flatMap(([key, kind]) => {
    const at = [...path, key];
    if (typeof kind !== "string") return places(kind, jsonFields, at);
    return kind === "json" && jsonFields.includes(at.join(".")) ? [at] : [];
  });
  return [path, ...inner];
}

function plant(record: Record<string, unknown>, { place, name, value }: Planted): void {
  let at = record;
  for (const key of place) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[name] = value;
}

function walk(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
}

const BASES = {
  cloudtrail: { eventTime: "2026-01-05T08:00:00Z", eventName: "X", eventSource: "y.amazonaws.com", eventID: "e" },
  config: {
    configurationItemVersion: "1.3",
    configurationItemCaptureTime: "2026-01-05T08:00:00.000Z",
    awsAccountId: "111122223333",
    resourceId: "i-0a",
    resourceType: "AWS::EC2::Instance",
  },
} as const;

/** Lists in a real item, so an unknown field is planted in their elements elsewhere. */
const NOT_OBJECTS = new Set(["relatedEvents", "relationships", "resources"]);

const names = fc.constantFrom("x", "x.y", 'x"y', "x y", "x\\y", "x'y", "$x", "x[0]", "ключ", "XX", "__proto_x");

test.each(Object.keys(BASES))(
  "behavior: no field of a %s record is out of SQL's reach",
  { timeout: 120_000 },
  async (id) => {
    const source = sourceOf(id);
    const engine = await openTestEngine();
    const jsonFields = Object.keys(source.jsonFields).filter((field) => !NOT_OBJECTS.has(field));
    const planted = fc.record({
      place: fc.constantFrom(...places(source.raw, jsonFields)),
      name: names,
      value: fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.uniqueArray(planted, {
            minLength: 1,
            maxLength: 6,
            selector: ({ place, name }) => [...place, name].join("/"),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        async (plants) => {
          const records = plants.map((fields) => {
            const record: Record<string, unknown> = { ...BASES[id as keyof typeof BASES] };
            for (const field of fields) plant(record, field);
            return record;
          });
          await createNormalizedTable(engine, "records", id, [records]);
          const columns = jsonFields.map((field, index) => `${source.jsonFields[field]} AS c${index}`);
          const rows = await engine.all(`SELECT ${columns.join(", ")}, unmapped FROM records ORDER BY rowid`);
          expect(rows).toHaveLength(plants.length);
          plants.forEach((fields, index) => {
            for (const { place, name, value } of fields) {
              const field = jsonFields.indexOf(place.join("."));
              const text = field < 0 ? rows[index]?.unmapped : rows[index]?.[`c${field}`];
              const root: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
              const found = walk(root, field < 0 ? [...place, name] : [name]);
              expect({ place, name, found }).toEqual({ place, name, found: JSON.parse(JSON.stringify(value)) });
            }
          });
        },
      ),
      { numRuns: 8 },
    );
    engine.close();
  },
);
