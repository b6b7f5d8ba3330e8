/** A simulated organization whose logs come in two parts, and questions whose answers as of the first must stay. */
import { createHash } from "node:crypto";
import { SAVED_QUERIES } from "../../queries/saved.gen.ts";
import { parseSavedQuery } from "../../queries/saved-query.ts";
import { type IngestFolder, ingestFolder, trailEvent, trailKey, trailObject } from "./ingest-folder.ts";
import { runSimulation } from "./simulation.ts";

const OWNER = "999988887777";

/** Small batches, so that there are many states. */
export const SMALL_BATCHES = { LOGKEEP_INGEST_BATCH_OBJECTS: "40" };

/** A folder with the first part of the logs ingested; `putLate` delivers the rest, of the same days. */
export interface AsOfLab extends AsyncDisposable {
  readonly at: IngestFolder;
  putLate(): Promise<void>;
}

/** Delivers four fifths of the objects, one event that will be replaced, and one object that cannot be read. */
export async function openAsOfLab(options: object): Promise<AsOfLab> {
  const at = await ingestFolder();
  const { objects } = await runSimulation(options);
  const isLate = (key: string) => (createHash("sha256").update(key).digest()[0] ?? 0) < 51;
  const put = async (wanted: (key: string) => boolean) => {
    for (const [key, bytes] of objects) if (!key.endsWith("/") && wanted(key)) await at.put(key, bytes);
  };
  await put((key) => !isLate(key));
  const event = (id: string, over: object = {}) => trailEvent(id, { recipientAccountId: OWNER, ...over });
  await at.put(trailKey("Replaced00000000", OWNER), trailObject(event("replaced-event")));
  await at.put(trailKey("Unreadable000000", OWNER), "no gzip");
  await at.ingest(SMALL_BATCHES);
  return {
    at,
    putLate: async () => {
      await put(isLate);
      const addendum = { reason: "UPDATED_DATA", updatedFields: "userAgent", originalEventID: "replaced-event" };
      await at.put(trailKey("Addendum00000000", OWNER), trailObject(event("the-addendum", { addendum })));
      // The same record once more, and the object that could not be read, now whole.
      await at.put(trailKey("Again00000000000", OWNER), trailObject(event("replaced-event")));
      await at.put(trailKey("Unreadable000000", OWNER), trailObject(event("late-event")));
    },
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

/** Whole tables and views, for DuckDB: a row more, less or other changes the digest. */
export const DIGESTS: readonly string[] = [
  ...["cloudtrail", "cloudtrail_all", "cloudtrail_events", "vpc_flow", "config"],
  ...["findings", "alerts", "ledger", "rejects", "deliveries"],
].map((table) => `SELECT count(*) AS n, sum(hash(to_json(t)::VARCHAR))::VARCHAR AS digest FROM (FROM ${table}) AS t`);

/** Questions of both engines: an aggregate over each table. */
export const SUMS: readonly string[] = [
  "SELECT accountid, api.operation AS operation, count(*) AS n, min(time_dt) AS a, max(time_dt) AS b FROM cloudtrail GROUP BY 1, 2 ORDER BY 1, 2",
  "SELECT metadata.uid AS uid FROM cloudtrail WHERE accountid = '999988887777' ORDER BY 1",
  "SELECT accountid, count(*) AS n, sum(traffic.bytes) AS bytes FROM vpc_flow GROUP BY 1 ORDER BY 1",
  "SELECT accountid, count(*) AS n, max(time_dt) AS b FROM config GROUP BY 1 ORDER BY 1",
  "SELECT rule_id, count(*) AS n FROM findings GROUP BY 1 ORDER BY 1",
  "SELECT source, state, count(*) AS n, sum(rows_kept) AS kept FROM ledger GROUP BY 1, 2 ORDER BY 1, 2",
];

/** Saved queries that need no parameter: over time, accounts, addresses and configuration. */
export const SAVED: readonly string[] = SAVED_QUERIES.map(parseSavedQuery)
  .filter(({ parameters }) => parameters.every((each) => !each.required))
  .map(({ id }) => id);
