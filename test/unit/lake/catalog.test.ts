import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localLakeStore } from "../../../adapters/local-lake-store.ts";
import type { MetadataRegister } from "../../../core/metadata-register.ts";
import { column, list, struct } from "../../../core/table.ts";
import { SOURCES } from "../../../ingest/sources.gen.ts";
import { commitAppend } from "../../../lake/commit.ts";
import { fileCatalog } from "../../../lake/file-catalog.ts";
import { hiveColumns } from "../../../lake/hive-columns.ts";
import { registerCatalog } from "../../../lake/register-catalog.ts";
import { createSchema } from "../../../lake/schema.ts";
import { loadTable, openTable } from "../../../lake/table.ts";
import { type CatalogUnderTest, catalogConformance } from "../../support/catalog-conformance.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { memoryLakeStore } from "../../support/memory-lake-store.ts";
import { memoryRegister } from "../../support/memory-register.ts";
import { SYNTHETIC, syntheticFile } from "../../support/synthetic-table.ts";

describe("file catalog, in memory", () =>
  catalogConformance(async () => {
    const store = memoryLakeStore();
    return under({ store, catalog: fileCatalog(store), clock: fakeClock() }, fileCatalog(store));
  }));

describe("file catalog, in a folder", () =>
  catalogConformance(async () => {
    const folder = await mkdtemp(join(tmpdir(), "catalog-"));
    const open = () => localLakeStore(join(folder, "lake"));
    const lake = { store: open(), catalog: fileCatalog(open()), clock: fakeClock() };
    return under(lake, fileCatalog(open()), () => rm(folder, { recursive: true, force: true }));
  }));

describe("register catalog, in memory", () =>
  catalogConformance(async () => {
    const [store, register] = [memoryLakeStore(), memoryRegister()];
    const lake = { store, catalog: registerCatalog(register, store), clock: fakeClock() };
    return under(lake, registerCatalog(register, store));
  }));

describe("register catalog: answers that say neither yes nor no", () => {
  /** The register's next swap meets `fate`; a rival may commit before the answer is known. */
  const open = async (fate: "lost" | "never-arrived", meanwhile: () => Promise<unknown> = async () => undefined) => {
    const [store, register] = [memoryLakeStore(), memoryRegister()];
    const rival = { store, catalog: registerCatalog(register, store), clock: fakeClock() };
    let isDue = true;
    const faulty: MetadataRegister = {
      ...register,
      swap: async (expected, entry) => {
        if (!isDue) return register.swap(expected, entry);
        isDue = false;
        if (fate === "lost") await register.swap(expected, entry);
        await meanwhile();
        return "unclear";
      },
    };
    await openTable(SYNTHETIC, rival);
    return { rival, lake: { ...rival, catalog: registerCatalog(faulty, store) } };
  };
  const append = (name: string, lake: CatalogUnderTest["lake"]) =>
    commitAppend("synthetic", [syntheticFile(name, 0, [])], {}, lake);
  const sequence = async (lake: CatalogUnderTest["lake"]) => {
    const table = await loadTable("synthetic", lake.catalog);
    return table.metadata.snapshots.map((each) => each.summary["added-data-files"]);
  };

  test("behavior: a commit whose answer is lost is found", async () => {
    const { lake } = await open("lost");
    expect((await append("a", lake)).committed).toBe(true);
    expect(await sequence(lake)).toHaveLength(1);
  });

  test("behavior: a commit that never arrived is asked for again", async () => {
    const { lake } = await open("never-arrived");
    expect((await append("a", lake)).committed).toBe(true);
    expect(await sequence(lake)).toHaveLength(1);
  });

  test("behavior: a commit whose answer is lost is found below the commits of others, once", async () => {
    const at = await open("lost", () => append("b", at.rival));
    const { table, committed } = await append("a", at.lake);
    expect(committed).toBe(true);
    expect(await sequence(at.lake)).toHaveLength(2);
    // It was built upon meanwhile, so it is no ground for another commit.
    expect(await at.lake.catalog.commit(table, table.metadata)).toBeNull();
  });

  test("behavior: a commit that never arrived and was overtaken is made again on top", async () => {
    const at = await open("never-arrived", () => append("b", at.rival));
    await append("a", at.lake);
    expect(await sequence(at.lake)).toHaveLength(2);
  });

  test("error: a register that never answers", async () => {
    const [store, register] = [memoryLakeStore(), memoryRegister()];
    const lake = { store, catalog: registerCatalog(register, store), clock: fakeClock() };
    await openTable(SYNTHETIC, lake);
    const silent = registerCatalog({ ...register, swap: async () => "unclear" }, store);
    await expect(append("a", { ...lake, catalog: silent })).rejects.toMatchObject({
      code: "lake.catalog-failed",
      retry: "later",
    });
    expect(await sequence(lake)).toEqual([]);
  });
});

test("error: a lake that is opened with the other kind of catalog does not look empty", async () => {
  const store = memoryLakeStore();
  const lakes = [fileCatalog(store), registerCatalog(memoryRegister(), store)].map((catalog) => ({
    store,
    catalog,
    clock: fakeClock(),
  }));
  for (const [index, id] of ["files", "named"].entries()) {
    await openTable({ ...SYNTHETIC, id }, lakes[index]!);
    const other = lakes[1 - index]!;
    await expect(other.catalog.load(id)).rejects.toMatchObject({ code: "lake.other-catalog" });
    await expect(openTable({ ...SYNTHETIC, id }, other)).rejects.toMatchObject({ code: "lake.other-catalog" });
  }
});

test("default: columns are spelled as Hive does", () => {
  const { schema } = createSchema({
    ...SYNTHETIC,
    columns: [
      ...SYNTHETIC.columns,
      column("n", "long", ""),
      column("ok", "boolean", ""),
      column(
        "deep",
        struct(column("names", list("string"), ""), column("x", struct(column("y", "int", "")), "")),
        "Deep",
      ),
      column("rows", list(struct(column("z", "double", ""))), ""),
    ],
  });
  expect(hiveColumns(schema).map(({ name, type }) => `${name} ${type}`)).toEqual([
    "time_dt timestamp",
    "accountid string",
    "n bigint",
    "ok boolean",
    "deep struct<names:array<string>,x:struct<y:int>>",
    "rows array<struct<z:double>>",
  ]);
  expect(hiveColumns(schema)[4]).toMatchObject({ doc: "Deep", fieldId: 5 });
});

test("behavior: every source's columns fit Glue's limits", () => {
  for (const { table } of SOURCES) {
    for (const { name, type, doc } of hiveColumns(createSchema(table).schema)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]{0,254}$/);
      expect(type.length).toBeLessThan(131_072);
      expect(doc).toMatch(/^[\u0020-\uFFFD\t]{0,255}$/);
    }
  }
});

function under(
  lake: CatalogUnderTest["lake"],
  rival: CatalogUnderTest["rival"],
  remove = async () => {},
): CatalogUnderTest {
  return { lake, rival, [Symbol.asyncDispose]: remove };
}
