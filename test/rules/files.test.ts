import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SOURCES } from "../../ingest/sources.gen.ts";
import { foldersIn, ROOT } from "../support/catalog.ts";
import { codePaths, pathsIn } from "../support/code-files.ts";

const MAX_LINES = 400;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SNAKE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

const PATHS = codePaths();

test("behavior: no file is longer than what one can hold in mind", () => {
  const long = PATHS.filter((path) => /\.(ts|tsx|sql)$/.test(path) && !path.endsWith(".gen.ts"))
    .map((path) => ({ path, lines: readFileSync(`${ROOT}${path}`, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES);
  expect(long).toEqual([]);
});

test("behavior: files and folders are kebab-case, sources snake_case", () => {
  // Samples are named as the vendor delivers them.
  const named = PATHS.filter((path) => !/\/(samples|__snapshots__)\//.test(path));
  const odd = named.filter((path) => {
    const parts = path.split("/");
    const stem = (parts.pop() ?? "").replace(/(\.(gen|test|bench))?\.[a-z0-9]+$/, "");
    const folders = parts.map((part, index) => (parts[index - 1] === "sources" ? part.replaceAll("_", "-") : part));
    return ![...folders, stem].every((part) => KEBAB.test(part));
  });
  expect(odd).toEqual([]);
});

test("behavior: a source's id is its folder's name and its table's", () => {
  const folders = foldersIn("ingest/sources");
  expect(folders.filter((name) => !SNAKE.test(name))).toEqual([]);
  expect(SOURCES.map((source) => source.id)).toEqual(folders);
  expect(SOURCES.map((source) => source.table.id)).toEqual(folders);
});

test("behavior: a source's folder holds all that a source is", () => {
  const missing = foldersIn("ingest/sources").flatMap((id) =>
    ["source.ts", "normalize.sql", "table.ts"]
      .map((name) => `ingest/sources/${id}/${name}`)
      .filter((path) => !existsSync(`${ROOT}${path}`)),
  );
  expect(missing).toEqual([]);
});

test("behavior: every generated file is rendered by a rules test", () => {
  const tests = pathsIn("test/rules").map((path) => readFileSync(`${ROOT}${path}`, "utf8"));
  const orphans = [...PATHS, ...pathsIn("docs")]
    .filter((path) => path.includes(".gen."))
    .filter((path) => !tests.some((text) => text.includes("toMatchFileSnapshot") && text.includes(path)));
  expect(orphans).toEqual([]);
});

test("behavior: every folder of definitions has a generated catalog", () => {
  const folders = ["ingest/sources", "analyzers/detections", "analyzers/destinations", "queries/saved"];
  const without = folders.filter(
    (folder) => existsSync(`${ROOT}${folder}`) && pathsIn(folder).length > 0 && !existsSync(`${ROOT}${folder}.gen.ts`),
  );
  expect(without).toEqual([]);
});
