/**
 * Opened objects of one batch -> the table `batch_rows` (which all connections see): one row a record, `carried` beside the table's
 * columns, records of an object in their order and together. Objects that the SQL engine refuses are found one by one
 * and their bad records taken out; an object that it refuses even then is closed as quarantined.
 */
import { isLogkeepError, LogkeepError } from "../core/errors.ts";
import type { Source } from "../core/source.ts";
import type { SpoolFolder } from "../core/spool.ts";
import type { SqlEngine } from "../core/sql-engine.ts";
import { isolateRecords } from "./isolate-records.ts";
import type { ClosedObject, OpenedObject } from "./objects.ts";
import { isObjectFault } from "./open-object.ts";
import { parquetColumns } from "./raw-parquet.ts";
import { rawRelation, type SpoolFormat } from "./raw-relation.ts";

/** What became of a batch's objects. */
export interface NormalizedObjects {
  /** Those in `batch_rows`, each at its place in the batch. */
  readonly objects: readonly OpenedObject[];
  readonly closed: readonly ClosedObject[];
}

/** `objects` are framed alike and spooled in `folder`. Leaves `batch_rows` in the engine, empty where nothing is left. */
export async function normalizeBatch(
  source: Source,
  framed: SpoolFormat,
  objects: readonly OpenedObject[],
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<NormalizedObjects> {
  const typed = await resolveColumns(framed, objects, engine);
  if (typed.objects.length === 0) return typed;
  const hasKnownEnds = typed.objects.every((object) => object.isEndKnown);
  if (hasKnownEnds && (await tryNormalize(source, typed.format, typed.objects, engine))) return typed;
  const good: OpenedObject[] = [];
  const closed: ClosedObject[] = [...typed.closed];
  let format = typed.format;
  const search = async (some: readonly OpenedObject[], isRefused: boolean): Promise<void> => {
    const [only] = some;
    if (only === undefined) return;
    const isPlain = some.every((object) => object.isEndKnown);
    if (!isRefused && isPlain && (await tryNormalize(source, format, some, engine))) {
      good.push(...some);
      return;
    }
    if (some.length > 1) {
      // Halving: one bad object among thousands costs a dozen attempts, not thousands.
      const middle = Math.ceil(some.length / 2);
      await search(some.slice(0, middle), false);
      await search(some.slice(middle), false);
      return;
    }
    const readable = await makeReadable(source, format, only, folder, engine);
    if (readable.object.kind === "opened") good.push(readable.object);
    else closed.push(readable.object);
    // What one object needs is right for all of them, only slower.
    format = readable.format;
  };
  await search(typed.objects, true);
  if (good.length > 0 && !(await tryNormalize(source, format, good, engine))) {
    throw new LogkeepError({
      code: "ingest.batch-refused",
      message: "the SQL engine accepts each object alone but not all together",
      facts: { source: source.id, objects: good.length },
    });
  }
  return { objects: good, closed };
}

/** Parquet files name their columns themselves; those of a batch are read by the union of their names. */
async function resolveColumns(
  format: SpoolFormat,
  objects: readonly OpenedObject[],
  engine: SqlEngine,
): Promise<NormalizedObjects & { readonly format: SpoolFormat }> {
  if (format.kind !== "parquet") return { format, objects, closed: [] };
  const columns = new Set<string>();
  const readable: OpenedObject[] = [];
  const closed: ClosedObject[] = [];
  for (const object of objects) {
    try {
      for (const name of await parquetColumns(engine, object.path)) columns.add(name);
      readable.push(object);
    } catch (thrown) {
      if (!isLogkeepError(thrown, "sql.failed")) throw thrown;
      closed.push(quarantined(object, "frame.broken-parquet", "the file is no whole Parquet file"));
    }
  }
  return { format: { kind: "parquet", columns: [...columns] }, objects: readable, closed };
}

/** The object as it can be read, and the format that it needs for that; closed where there is no way. */
async function makeReadable(
  source: Source,
  format: SpoolFormat,
  object: OpenedObject,
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<{ readonly object: OpenedObject | ClosedObject; readonly format: SpoolFormat }> {
  if (format.kind === "delimited") {
    const careful: SpoolFormat = { ...format, careful: true };
    if (await tryNormalize(source, careful, [object], engine)) return { object, format: careful };
  }
  if (format.kind === "json-array") {
    try {
      const isolated = await isolateRecords(object, folder, engine);
      if (await tryNormalize(source, format, [isolated], engine)) return { object: isolated, format };
    } catch (thrown) {
      if (!isLogkeepError(thrown) || !isObjectFault(thrown)) throw thrown;
      return { object: quarantined(object, thrown.code, thrown.message), format };
    }
  }
  const refused = quarantined(object, "frame.unreadable", "the SQL engine cannot read the content in its memory");
  return { object: refused, format };
}

function quarantined(object: OpenedObject, reason: string, detail: string): ClosedObject {
  const { ref, route, source, inflatedBytes, sha256 } = object;
  return {
    kind: "closed",
    ref,
    route,
    source,
    state: "quarantined",
    reason,
    detail,
    inflatedBytes,
    sha256,
    recordCount: null,
  };
}

/** False when the engine refuses the content; failures of the world are thrown. */
async function tryNormalize(
  source: Source,
  format: SpoolFormat,
  objects: readonly OpenedObject[],
  engine: SqlEngine,
): Promise<boolean> {
  const spooled = objects.map((object) => ({
    path: object.path,
    account: object.route.account,
    region: object.route.region,
    variant: object.route.variant,
    envelope: object.envelope,
    largestRecordBytes: object.largestRecordBytes,
  }));
  try {
    await engine.run("DROP TABLE IF EXISTS batch_rows");
    // Not a view: binding this text takes 0.1 s, and a view is bound when it is made and again when it is used.
    await engine.run(`CREATE TABLE batch_rows AS
      WITH raw AS (${rawRelation(source, format, spooled)}) SELECT * FROM (${source.normalizeSql})`);
    return true;
  } catch (thrown) {
    if (isLogkeepError(thrown, "sql.failed")) return false;
    // Alone, an object that needs too much memory is that object's misfortune, not the run's.
    if (isLogkeepError(thrown, "sql.out-of-memory") && objects.length === 1) return false;
    throw thrown;
  }
}
