import { openAthena } from "../../adapters/athena.ts";
import type { QueryEngine } from "../../core/query-engine.ts";
import type { JsonRow } from "../../core/sql-engine.ts";
import { type AthenaEndpoint, startAthenaEndpoint } from "./athena-endpoint.ts";
import type { EndpointEngine } from "./athena-execution.ts";
import { collect } from "./collect.ts";

/** The adapter and the endpoint that it talks to; `await using` ends both. */
export interface AthenaPair extends AsyncDisposable {
  readonly athena: QueryEngine;
  readonly endpoint: AthenaEndpoint;
  /** All rows of an answer. */
  ask(sql: string, ...values: Parameters<QueryEngine["run"]>[0]["values"]): Promise<readonly JsonRow[]>;
}

/** Environment that the SDK takes its credentials from. */
const EXAMPLE_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "example",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_REGION: "eu-central-1",
};

/** Starts an endpoint over an engine, and opens the adapter on it with short waits. `patienceMs`: how long faults are waited out. */
export async function athenaPair(
  engine: EndpointEngine,
  database = "default",
  patienceMs = 3_000,
): Promise<AthenaPair> {
  Object.assign(process.env, EXAMPLE_CREDENTIALS);
  const endpoint = await startAthenaEndpoint(engine);
  const athena = openAthena({
    workgroup: endpoint.behavior.workgroup,
    database,
    catalog: null,
    outputLocation: null,
    endpoint: endpoint.url,
    region: null,
    patienceMs,
    firstPollMs: 5,
  });
  return {
    athena,
    endpoint,
    ask: async (sql, ...values) => {
      const answer = await athena.run({ sql, values, reuseMinutes: null }, new AbortController().signal);
      return (await collect(answer.chunks)).flat();
    },
    [Symbol.asyncDispose]: async () => {
      athena.close();
      await endpoint.stop();
    },
  };
}
