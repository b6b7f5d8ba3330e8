/**
 * A process that ingests and may die at a step: `node ingest-victim.ts DATA LOGS [STEP [ENVIRONMENT]]`. At the step, given
 * as in `commit.before-ledger#2` (its second time), it kills itself as the kernel would. The environment is JSON.
 */
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openObjectStore } from "../../cli/wire.ts";
import type { Environment } from "../../core/config.ts";
import { quietContext } from "./ingest-folder.ts";
import { KILL_ENVIRONMENT } from "./kill-environment.ts";

const [data = "", logs = "", fatal = "", environment = "{}"] = process.argv.slice(2);
// Only tests start this process.
const env = { ...KILL_ENVIRONMENT, ...(JSON.parse(environment) as Environment) };
const store = await openObjectStore(logs, null);
const seen = new Map<string, number>();
await ingestSources(
  [store],
  quietContext(data, env, () => undefined),
  (step) => {
    const times = (seen.get(step) ?? 0) + 1;
    seen.set(step, times);
    if (`${step}#${times}` === fatal) process.kill(process.pid, "SIGKILL");
  },
);
