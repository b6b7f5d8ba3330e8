/** A table of every shape that ours use, in two versions of its schema, and rows that are hard to read right. */
import { column, list, struct, type TableDefinition } from "../../core/table.ts";
import { commitAppend } from "../../lake/commit.ts";
import { SPEC_DAY } from "../../lake/model.ts";
import { BATCH_PROPERTY } from "../../lake/snapshot.ts";
import { openTable } from "../../lake/table.ts";
import { writeDataFiles } from "../../lake/write-files.ts";
import type { TemporaryLake } from "./temporary-lake.ts";

/** The first version. */
export const FIRST: TableDefinition = {
  id: "events",
  doc: "Events of every shape that our tables use",
  timeColumn: "time_dt",
  accountColumn: "accountid",
  sortColumns: ["uid"],
  columns: [
    column("time_dt", "timestamptz", "When"),
    column("accountid", "string", "Whose"),
    column("uid", "string", "Which"),
    column("count", "long", "How many"),
    column("small", "int", "A little number"),
    column("ratio", "double", "How much"),
    column("ok", "boolean", "Whether"),
    column("actor", struct(column("name", "string", "Name"), column("seen", "timestamptz", "Last seen")), "Who"),
    column("tags", list("string"), "Words"),
    column("parts", list(struct(column("key", "string", "Key"), column("value", "long", "Value"))), "Parts"),
  ],
};

/** A column more, and a field more inside a struct. */
export const SECOND: TableDefinition = {
  ...FIRST,
  columns: [
    ...FIRST.columns.map((each) =>
      each.name === "actor"
        ? column(
            "actor",
            struct(
              column("name", "string", "Name"),
              column("seen", "timestamptz", "Last seen"),
              column("home", struct(column("city", "string", "City")), "Where"),
            ),
            "Who",
          )
        : each,
    ),
    column("extra", "string", "Added later"),
  ],
};

// Microseconds, nulls at every level, empty lists, quotes, control characters, texts beyond the bounds' sixteen.
const ROWS = `SELECT CASE WHEN i % 17 = 0 THEN NULL
    ELSE TIMESTAMPTZ '2024-02-28 12:00:00.000Z' + to_microseconds(i::BIGINT * 3600000000 + (i % 3) * 1000) END AS time_dt,
  CASE WHEN i % 13 = 0 THEN NULL WHEN i % 11 = 0 THEN '../' || i ELSE '11112222333' || (i % 4) END AS accountid,
  'uid-with-a-long-common-prefix-' || i AS uid,
  CASE WHEN i % 5 = 0 THEN NULL ELSE 9007199254740993 + i END AS count, (-i)::INT AS small,
  CASE WHEN i % 7 = 0 THEN NULL ELSE i / 3.0 END AS ratio, i % 2 = 0 AS ok,
  CASE WHEN i % 6 = 0 THEN NULL ELSE {name: 'é☃' || chr(39) || chr(10) || i,
    seen: CASE WHEN i % 4 = 0 THEN NULL ELSE TIMESTAMPTZ '1969-12-31 23:59:59.999Z' END} END AS actor,
  CASE WHEN i % 5 = 1 THEN [] WHEN i % 5 = 2 THEN NULL ELSE ['a', NULL, 'b' || i] END AS tags,
  CASE WHEN i % 4 = 3 THEN NULL ELSE [{key: 'k', value: i}, {key: NULL, value: NULL}] END AS parts`;

/**
 * Appends the rows of those numbers to the lake's table `events`, with the schema of that version, and to the engine's
 * table `staged`, where they stand as they were made.
 */
export async function appendRange(
  at: TemporaryLake,
  definition: TableDefinition,
  from: number,
  to: number,
  batch: string,
) {
  const { lake, engine } = at;
  const table = await openTable(definition, lake);
  const added =
    definition === SECOND
      ? `SELECT * REPLACE (CASE WHEN actor IS NULL THEN NULL ELSE struct_insert(actor, home := {city: 'c' || small}) END
         AS actor), 'x' || small AS extra FROM (${ROWS} FROM range(${from}, ${to}) t(i))`
      : `${ROWS} FROM range(${from}, ${to}) t(i)`;
  await engine.run(
    `CREATE TABLE IF NOT EXISTS staged AS SELECT *, NULL::VARCHAR AS extra FROM (${ROWS} FROM range(0) t(i))`,
  );
  if (definition === SECOND) {
    await engine.run(`CREATE OR REPLACE TABLE staged AS SELECT * REPLACE (CAST(actor AS
      STRUCT(name VARCHAR, seen TIMESTAMPTZ, home STRUCT(city VARCHAR))) AS actor) FROM staged`);
  }
  await engine.run(`INSERT INTO staged BY NAME (${added})`);
  const options = { specId: SPEC_DAY, prefix: batch };
  const files = await writeDataFiles(table, `(${added})`, options, { store: lake.store, engine });
  await commitAppend("events", files, { [BATCH_PROPERTY]: batch }, lake);
}
