import { expect, test } from "vitest";
import { column } from "../../core/table.ts";
import type { Catalog, Lake, Table } from "../../lake/catalog.ts";
import { removeOrphans } from "../../lake/clean.ts";
import { commitAppend } from "../../lake/commit.ts";
import { createMetadata, decodeMetadata, schemaOf } from "../../lake/metadata.ts";
import type { TableMetadata } from "../../lake/model.ts";
import { BATCH_PROPERTY, currentSnapshot, liveFiles } from "../../lake/snapshot.ts";
import { loadTable, openTable } from "../../lake/table.ts";
import { fakeClock } from "./fake-clock.ts";
import { SYNTHETIC, syntheticFile } from "./synthetic-table.ts";

/** An empty catalog over an empty store; disposing removes both. */
export interface CatalogUnderTest extends AsyncDisposable {
  readonly lake: Lake;
  /** Another writer's view of the same tables. */
  readonly rival: Catalog;
}

const ROW = { timeMs: Date.UTC(2024, 0, 1), account: "111122223333" };

/** The catalog's contract: every implementation must pass it. */
export function catalogConformance(open: () => Promise<CatalogUnderTest>): void {
  test("default: what was created and committed is loaded, by others too", async () => {
    await using at = await open();
    const { catalog } = at.lake;
    expect(await catalog.load("synthetic")).toBeNull();
    expect(await catalog.list()).toEqual([]);
    const created = await create(at);
    expect(await at.rival.load("synthetic")).toEqual(created);
    const committed = await catalog.commit(created, stamped(created, "one"));
    expect(committed?.metadata.properties["stamp"]).toBe("one");
    expect(committed?.version).not.toBe(created.version);
    for (const each of [catalog, at.rival])
      expect((await each.load("synthetic"))?.metadata.properties["stamp"]).toBe("one");
    expect(await catalog.load("absent")).toBeNull();
  });

  test("behavior: a name is given once", async () => {
    await using at = await open();
    const created = await create(at);
    const again = { ...created.metadata, "last-updated-ms": created.metadata["last-updated-ms"] + 5 };
    expect(await at.lake.catalog.create("synthetic", again)).toBeNull();
    expect(await at.rival.create("synthetic", again)).toBeNull();
    expect(await at.rival.load("synthetic")).toEqual(created);
  });

  test("behavior: of many that create a table, or commit to one version, exactly one is first", async () => {
    await using at = await open();
    const catalogs = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? at.lake.catalog : at.rival));
    const location = `${at.lake.store.rootUri}/synthetic`;
    const made = await Promise.all(
      catalogs.map((each, index) => each.create("synthetic", createMetadata(SYNTHETIC, location, 1000 + index))),
    );
    expect(made.filter((each) => each !== null)).toHaveLength(1);
    const base = await loadTable("synthetic", at.rival);
    expect(made).toContainEqual(base);
    const won = await Promise.all(catalogs.map((each, index) => each.commit(base, stamped(base, String(index)))));
    expect(won.filter((each) => each !== null)).toHaveLength(1);
    const winner = won.findIndex((each) => each !== null);
    expect((await loadTable("synthetic", at.rival)).metadata.properties["stamp"]).toBe(String(winner));
  });

  test("behavior: a commit on an older version is refused and changes nothing", async () => {
    await using at = await open();
    const base = await create(at);
    const first = await at.rival.commit(base, stamped(base, "first"));
    expect(await at.lake.catalog.commit(base, stamped(base, "late"))).toBeNull();
    expect(await at.lake.catalog.load("synthetic")).toEqual(first);
    const second = await at.lake.catalog.commit(first!, stamped(first!, "second"));
    expect(await at.rival.load("synthetic")).toEqual(second);
    // Two versions later, and after what was there before is there again.
    const back = await at.lake.catalog.commit(second!, stamped(second!, "first"));
    expect(back).not.toBeNull();
    expect(await at.rival.commit(first!, stamped(first!, "late"))).toBeNull();
  });

  test("behavior: the log names the metadata files before, which stay", async () => {
    await using at = await open();
    let table = await create(at);
    const before: string[] = [];
    for (const stamp of ["a", "b", "c"]) {
      before.push(table.metadataPath);
      table = (await at.lake.catalog.commit(table, stamped(table, stamp)))!;
    }
    const { store } = at.lake;
    const log = table.metadata["metadata-log"].map((each) => each["metadata-file"].slice(store.rootUri.length + 1));
    expect(log).toEqual(before);
    const stamps = [];
    for (const path of log) stamps.push(decodeMetadata(path, await store.read(path)).properties["stamp"]);
    expect(stamps).toEqual([undefined, "a", "b"]);
  });

  test("behavior: writers that append at once lose nothing, and cleaning takes nothing that is needed", async () => {
    await using at = await open();
    await openTable(SYNTHETIC, at.lake);
    const names = Array.from({ length: 12 }, (_, index) => `w${String(index).padStart(2, "0")}`);
    await Promise.all(
      names.map((name, index) => {
        const lake = { ...at.lake, catalog: index % 2 === 0 ? at.lake.catalog : at.rival };
        return commitAppend("synthetic", [syntheticFile(name, 0, [ROW])], { [BATCH_PROPERTY]: name }, lake);
      }),
    );
    await removeOrphans("synthetic", { beforeMs: Number.MAX_SAFE_INTEGER }, at.lake);
    const table = await loadTable("synthetic", at.rival);
    const files = await liveFiles(table, currentSnapshot(table), at.lake.store);
    expect(files.map((file) => file.path).sort()).toEqual(names.map((name) => `synthetic/data/${name}.parquet`));
    const { snapshots } = table.metadata;
    expect(snapshots.map((each) => each["sequence-number"])).toEqual(names.map((_, index) => index + 1));
    expect(snapshots.slice(1).map((each) => each["parent-snapshot-id"])).toEqual(
      snapshots.slice(0, -1).map((each) => each["snapshot-id"]),
    );
  });

  test("behavior: a column that is added is there for everyone", async () => {
    await using at = await open();
    await openTable(SYNTHETIC, at.lake);
    const wider = { ...SYNTHETIC, columns: [...SYNTHETIC.columns, column("extra", "string", "More")] };
    await openTable(wider, { ...at.lake, catalog: at.rival });
    const { metadata } = await loadTable("synthetic", at.lake.catalog);
    expect(schemaOf(metadata).fields.map((field) => field.name)).toEqual(["time_dt", "accountid", "extra"]);
  });

  test("behavior: tables are listed in order, and are apart", async () => {
    await using at = await open();
    for (const id of ["zebra", "apple", "mango_2"]) await openTable({ ...SYNTHETIC, id }, at.lake);
    expect(await at.lake.catalog.list()).toEqual(["apple", "mango_2", "zebra"]);
    const apple = await loadTable("apple", at.rival);
    await at.rival.commit(apple, stamped(apple, "red"));
    expect((await loadTable("zebra", at.lake.catalog)).metadata.properties["stamp"]).toBeUndefined();
  });

  for (const id of ["", "../x", "a/b", "Upper", "1st", "a-b", "x".repeat(65), "é"]) {
    test(`error: a name that is none: ${JSON.stringify(id.slice(0, 10))}`, async () => {
      await using at = await open();
      const bad = { code: "lake.bad-name" };
      await expect(at.lake.catalog.load(id)).rejects.toMatchObject(bad);
      const metadata = createMetadata(SYNTHETIC, `${at.lake.store.rootUri}/x`, 1000);
      await expect(at.lake.catalog.create(id, metadata)).rejects.toMatchObject(bad);
    });
  }

  test("error: metadata that says it lies elsewhere", async () => {
    await using at = await open();
    const location = `${at.lake.store.rootUri}-moved/synthetic`;
    await at.lake.catalog.create("synthetic", createMetadata(SYNTHETIC, location, 1000));
    await expect(at.rival.load("synthetic")).rejects.toMatchObject({ code: "lake.corrupt-metadata" });
  });
}

async function create(at: CatalogUnderTest): Promise<Table> {
  const metadata = createMetadata(SYNTHETIC, `${at.lake.store.rootUri}/synthetic`, fakeClock().now());
  const table = await at.lake.catalog.create("synthetic", metadata);
  if (table === null) throw new Error("the catalog was not empty");
  return table;
}

function stamped({ metadata }: Table, stamp: string): TableMetadata {
  return { ...metadata, properties: { ...metadata.properties, stamp } };
}
