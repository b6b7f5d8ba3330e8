import { expect, test } from "vitest";
import { beginRun, endRun, type IngestRun, readRuns } from "../../../lake/ingest-runs.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";

const LISTED = {
  source: "cloudtrail",
  account: "111122223333",
  region: "eu-west-1",
  objects: 2,
  firstAtMs: 1,
  lastAtMs: 2,
};
const run = (place: string, startedAtMs = 5, listed: IngestRun["listed"] = [LISTED]): IngestRun => ({
  startedAtMs,
  place,
  listed,
});

test("default: a run is known from its beginning to its end", async () => {
  const store = memoryLakeStore();
  expect(await readRuns(store)).toEqual([]);
  await beginRun(run("s3://a/"), store);
  await beginRun(run("s3://b/"), store);
  expect(await readRuns(store)).toHaveLength(2);
  await endRun(run("s3://a/"), store);
  expect(await readRuns(store)).toEqual([run("s3://b/")]);
  await endRun(run("s3://a/"), store);
});

test("behavior: a run takes over those that died in its place, and in parts of it, and no others", async () => {
  const store = memoryLakeStore();
  for (const place of ["s3://a/x/", "s3://a/x/y/", "s3://a/", "s3://ab/"]) await beginRun(run(place), store);
  // The third took over the first two.
  expect((await readRuns(store)).map(({ place }) => place).sort()).toEqual(["s3://a/", "s3://ab/"]);
  await beginRun(run("s3://a/x/", 9), store);
  expect((await readRuns(store)).map(({ place }) => place).sort()).toEqual(["s3://a/", "s3://a/x/", "s3://ab/"]);
});

test("behavior: a run that has nothing to read leaves no word of itself, and none of the one before", async () => {
  const store = memoryLakeStore();
  await beginRun(run("s3://a/"), store);
  await beginRun(run("s3://a/", 9, []), store);
  expect(await readRuns(store)).toEqual([]);
});

test.each(["", "{", "null", "[]", '{"startedAtMs":1}'])("error: a damaged file: %s", async (text) => {
  const store = memoryLakeStore();
  await store.replace("ingest-runs/x.json", Buffer.from(text));
  await expect(readRuns(store)).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
});

test("behavior: a run over an empty place takes over nothing", async () => {
  const store = memoryLakeStore();
  await beginRun(run("s3://a/"), store);
  await beginRun(run("", 9, []), store);
  await endRun(run("", 9, []), store);
  expect((await readRuns(store)).map(({ place }) => place)).toEqual(["s3://a/"]);
});
