/**
 * A process that ingests and may die at a step: `node ingest-victim.ts DATA LOGS [STEP]`. At the step, given as in
 * `commit.before-ledger#2` (its second time), it kills itself as the kernel would.
 */
import { ingestSources } from "../../cli/ingest-sources.ts";
import { openObjectStore } from "../../cli/wire.ts";
import { quietContext } from "./ingest-folder.ts";
import { KILL_ENVIRONMENT } from "./kill-environment.ts";

const [data = "", logs = "", fatal = ""] = process.argv.slice(2);
const store = await openObjectStore(logs, null);
const seen = new Map<string, number>();
await ingestSources(
  [store],
  quietContext(data, KILL_ENVIRONMENT, () => undefined),
  (step) => {
    const times = (seen.get(step) ?? 0) + 1;
    seen.set(step, times);
    if (`${step}#${times}` === fatal) process.kill(process.pid, "SIGKILL");
  },
);
