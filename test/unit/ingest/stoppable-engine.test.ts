import { expect, test } from "vitest";
import { stoppableEngine } from "../../../ingest/stoppable-engine.ts";
import { openTestEngine } from "../../support/engine.ts";

test("default: after the signal no statement begins, and the reason is the signal's", async () => {
  const engine = await openTestEngine();
  const stopping = new AbortController();
  const stoppable = stoppableEngine(engine, stopping.signal);
  const other = await stoppable.connect();
  await stoppable.run("CREATE TABLE t AS SELECT 1 AS a");
  expect(await other.all("SELECT a FROM t")).toEqual([{ a: 1 }]);
  const reason = new Error("stopped");
  stopping.abort(reason);
  for (const each of [stoppable, other]) {
    await expect(each.run("INSERT INTO t VALUES (2)")).rejects.toBe(reason);
    await expect(each.all("SELECT 1")).rejects.toBe(reason);
    await expect(each.stream("SELECT 1")).rejects.toBe(reason);
    await expect(each.connect()).rejects.toBe(reason);
  }
  expect(await engine.all("SELECT count(*)::INT AS n FROM t")).toEqual([{ n: 1 }]);
  other.close();
  stoppable.close();
});
