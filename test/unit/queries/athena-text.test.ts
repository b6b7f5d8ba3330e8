import { expect, test } from "vitest";
import { bindNames } from "../../../queries/athena/bind-names.ts";
import { checkAthenaText } from "../../../queries/athena/check-text.ts";
import { withCtes } from "../../../queries/athena/snapshot-ctes.ts";

const TABLES = ["cloudtrail", "ledger"];

test("default: names become question marks in the order in which they stand", () => {
  const sql = "SELECT '$ip', \"$ip\" /* $ip */ FROM t WHERE a = $ip AND b = $to OR c = $ip -- $to";
  expect(bindNames(sql, { ip: "x", to: null })).toEqual({
    sql: "SELECT '$ip', \"$ip\" /* $ip */ FROM t WHERE a = ? AND b = ? OR c = ? -- $to",
    values: ["x", null, "x"],
  });
});

test("behavior: a number that Athena takes from the text only is written there", () => {
  expect(bindNames("SELECT 1 OFFSET $n ROWS FETCH FIRST $m ROWS ONLY LIMIT /* */ $n", { n: 5, m: 7 })).toEqual({
    sql: "SELECT 1 OFFSET 5 ROWS FETCH FIRST 7 ROWS ONLY LIMIT /* */ 5",
    values: [],
  });
});

test("error: a name without a value", () => {
  const refused = expect.objectContaining({ code: "cli.usage" });
  expect(() => bindNames("SELECT $x", {})).toThrow(refused);
  expect(() => bindNames("SELECT $toString", {})).toThrow(refused);
});

test.each([
  ["", "the SQL text is empty"],
  ["-- nothing", "the SQL text is empty"],
  ["DROP TABLE cloudtrail", "only SELECT statements can be run"],
  ["/* */ INSERT INTO cloudtrail VALUES 1", "only SELECT statements can be run"],
  ["EXPLAIN SELECT 1", "only SELECT statements can be run"],
  ["SELECT 1; SELECT 2", "the SQL text holds more than one statement"],
  ["SELECT '\0'", "the SQL text holds a NUL character"],
  ["SELECT * FROM logkeep.cloudtrail", "a table is named with its database"],
  ['SELECT * FROM t, "awsdatacatalog" . "LOGKEEP" /* */ . "CloudTrail"', "a table is named with its database"],
  ["WITH x AS (TABLE db.ledger) SELECT 1", "a table is named with its database"],
  ["SELECT * FROM CloudTrail_Events", "a view of this machine is asked on Athena"],
  ["SELECT * FROM ledger, cloudtrail_events", "a view of this machine is asked on Athena"],
  ["WITH x AS (SELECT 1) SELECT * FROM x JOIN cloudtrail_events ON true", "a view of this machine is asked on Athena"],
  ['SELECT "$path" FROM cloudtrail', "the tables have no hidden columns"],
])("error: %s is refused: %s", (sql, message) => {
  expect(() => checkAthenaText(sql, TABLES)).toThrow(expect.objectContaining({ code: "cli.usage", message }));
});

test("behavior: one query passes, and the tables that it may name are known", () => {
  const text = checkAthenaText("-- a\nSELECT x.ledger, 'cloudtrail' FROM \"CLOUDTRAIL\" AS x; -- end", TABLES);
  expect(text.sql).toBe("-- a\nSELECT x.ledger, 'cloudtrail' FROM \"CLOUDTRAIL\" AS x");
  expect([text.mayName("cloudtrail"), text.mayName("ledger"), text.mayName("findings")]).toEqual([true, true, false]);
  for (const sql of [
    "(SELECT 1)",
    "VALUES 1",
    "with a as (select 1) select * from a",
    "TABLE ledger",
    "WITH cloudtrail_events AS (SELECT 1) SELECT * FROM cloudtrail_events",
    "WITH a AS (SELECT 1), cloudtrail_events(n) AS (SELECT 1) TABLE cloudtrail_events",
    "SELECT cloudtrail_events, '$path' FROM ledger",
    "SELECT * FROM other_events",
  ]) {
    expect(checkAthenaText(sql, TABLES).sql).toBe(sql);
  }
});

test("behavior: the text's own WITH goes on after ours", () => {
  const ctes = [{ name: "cloudtrail", sql: "SELECT 1 AS x" }];
  const of = (sql: string) => {
    const text = checkAthenaText(sql, TABLES);
    return withCtes(text.sql, text.tokens, ctes).replaceAll(/\s+/g, " ");
  };
  const ours = '"cloudtrail" AS (SELECT 1 AS x)';
  expect(of("SELECT * FROM cloudtrail")).toBe(`WITH ${ours} SELECT * FROM cloudtrail`);
  expect(of("/* c */ WITH a AS (TABLE cloudtrail) TABLE a")).toBe(`WITH ${ours}, a AS (TABLE cloudtrail) TABLE a`);
  expect(of("with recursive a(n) AS (SELECT 1) TABLE a")).toBe(`WITH RECURSIVE ${ours}, a(n) AS (SELECT 1) TABLE a`);
});
