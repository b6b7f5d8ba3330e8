import { expect, test } from "vitest";
import { type Column, column, list, struct, type TableDefinition } from "../../../core/table.ts";
import { createSchema, duckDbType, evolveSchema, fieldIdsOption } from "../../../lake/schema.ts";

const BASE: TableDefinition = {
  id: "t",
  doc: "T",
  timeColumn: "time_dt",
  accountColumn: null,
  sortColumns: [],
  columns: [
    column("time_dt", "timestamptz", "When"),
    column("actor", struct(column("name", "string", "Name"), column("tags", list("string"), "Tags")), "Who"),
    column("parts", list(struct(column("key", "string", "Key"))), "Parts"),
  ],
};

test("default: ids are given level by level, and docs become column docs", () => {
  const { schema, lastColumnId } = createSchema(BASE);
  expect(lastColumnId).toBe(8);
  expect(schema).toMatchInlineSnapshot(`
    {
      "fields": [
        {
          "doc": "When",
          "id": 1,
          "name": "time_dt",
          "required": false,
          "type": "timestamptz",
        },
        {
          "doc": "Who",
          "id": 2,
          "name": "actor",
          "required": false,
          "type": {
            "fields": [
              {
                "doc": "Name",
                "id": 4,
                "name": "name",
                "required": false,
                "type": "string",
              },
              {
                "doc": "Tags",
                "id": 5,
                "name": "tags",
                "required": false,
                "type": {
                  "element": "string",
                  "element-id": 6,
                  "element-required": false,
                  "type": "list",
                },
              },
            ],
            "type": "struct",
          },
        },
        {
          "doc": "Parts",
          "id": 3,
          "name": "parts",
          "required": false,
          "type": {
            "element": {
              "fields": [
                {
                  "doc": "Key",
                  "id": 8,
                  "name": "key",
                  "required": false,
                  "type": "string",
                },
              ],
              "type": "struct",
            },
            "element-id": 7,
            "element-required": false,
            "type": "list",
          },
        },
      ],
      "schema-id": 0,
      "type": "struct",
    }
  `);
});

test("default: the engine's spellings carry every id", () => {
  const { schema } = createSchema(BASE);
  expect(fieldIdsOption(schema)).toBe(
    '{"time_dt": 1, "actor": {__duckdb_field_id: 2, "name": 4, "tags": {__duckdb_field_id: 5, element: 6}}, ' +
      '"parts": {__duckdb_field_id: 3, element: {__duckdb_field_id: 7, "key": 8}}}',
  );
  expect(duckDbType(schema)).toBe(
    'STRUCT("time_dt" TIMESTAMP WITH TIME ZONE, "actor" STRUCT("name" VARCHAR, "tags" VARCHAR[]), ' +
      '"parts" STRUCT("key" VARCHAR)[])',
  );
});

test("behavior: added fields at any depth get new ids, the others keep theirs", () => {
  const { schema, lastColumnId } = createSchema(BASE);
  const columns = [
    column("new_first", "long", ""),
    ...BASE.columns.slice(0, 1),
    column(
      "actor",
      struct(column("name", "string", "Name"), column("tags", list("string"), "Tags"), column("age", "int", "Age")),
      "Who",
    ),
    column("parts", list(struct(column("key", "string", "Key"), column("value", "string", "Value"))), "Parts"),
  ];
  const evolved = evolveSchema(schema, { ...BASE, columns }, lastColumnId, 1);
  expect(evolved?.lastColumnId).toBe(11);
  expect(idsOf(evolved === null ? "" : JSON.stringify(evolved.schema))).toEqual([9, 1, 2, 4, 5, 10, 3, 8, 11]);
  expect(evolved?.schema["schema-id"]).toBe(1);
});

test("behavior: the same definition is no new schema, a changed doc is", () => {
  const { schema, lastColumnId } = createSchema(BASE);
  expect(evolveSchema(schema, BASE, lastColumnId, 1)).toBeNull();
  const columns = BASE.columns.map((each) => ({ ...each, doc: `${each.doc}!` }));
  expect(evolveSchema(schema, { ...BASE, columns }, lastColumnId, 1)?.lastColumnId).toBe(lastColumnId);
});

const CONFLICTS: readonly (readonly [string, readonly Column[]])[] = [
  ["a removed column", BASE.columns.slice(1)],
  ["a retyped column", [column("time_dt", "string", ""), ...BASE.columns.slice(1)]],
  [
    "a struct that became text",
    [...BASE.columns.filter((each) => each.name !== "actor"), column("actor", "string", "")],
  ],
  [
    "a removed nested field",
    BASE.columns.map((each) => (each.name === "actor" ? column("actor", struct(), "") : each)),
  ],
  ["a retyped element", BASE.columns.map((each) => (each.name === "parts" ? column("parts", list("long"), "") : each))],
];

for (const [what, columns] of CONFLICTS) {
  test(`error: ${what}`, () => {
    const { schema, lastColumnId } = createSchema(BASE);
    expect(() => evolveSchema(schema, { ...BASE, columns }, lastColumnId, 1)).toThrowError(
      expect.objectContaining({ code: "lake.schema-conflict" }),
    );
  });
}

function idsOf(json: string): number[] {
  return [...json.matchAll(/"id":(\d+)/g)].map((match) => Number(match[1]));
}
