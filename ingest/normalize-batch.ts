/**
 * Opened objects of one batch -> the temporary table `batch_rows`: one row a record, `carried` beside the table's
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
  format: SpoolFormat,
  objects: readonly OpenedObject[],
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<NormalizedObjects> {
  if (await tryNormalize(source, format, objects, engine)) return { objects, closed: [] };
  const good: OpenedObject[] = [];
  const closed: ClosedObject[] = [];
  for (const object of objects) {
    const readable = await makeReadable(source, format, object, folder, engine);
    if (readable.kind === "opened") good.push(readable);
    else closed.push(readable);
  }
  if (good.length > 0 && !(await tryNormalize(source, format, good, engine))) {
    throw new LogkeepError({
      code: "ingest.batch-refused",
      message: "the SQL engine accepts each object alone but not all together",
      facts: { source: source.id, objects: good.length },
    });
  }
  return { objects: good, closed };
}

async function makeReadable(
  source: Source,
  format: SpoolFormat,
  object: OpenedObject,
  folder: SpoolFolder,
  engine: SqlEngine,
): Promise<OpenedObject | ClosedObject> {
  if (await tryNormalize(source, format, [object], engine)) return object;
  if (format.kind === "json-array") {
    try {
      const isolated = await isolateRecords(object, folder, engine);
      if (await tryNormalize(source, format, [isolated], engine)) return isolated;
    } catch (thrown) {
      if (!isLogkeepError(thrown) || !isObjectFault(thrown)) throw thrown;
      return quarantined(object, thrown.code, thrown.message);
    }
  }
  return quarantined(object, "frame.unreadable", "the SQL engine cannot read the content");
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
    await engine.run(`CREATE TEMP TABLE batch_rows AS
      WITH raw AS (${rawRelation(source, format, spooled)}) SELECT * FROM (${source.normalizeSql})`);
    return true;
  } catch (thrown) {
    if (isLogkeepError(thrown, "sql.failed")) return false;
    throw thrown;
  }
}
