import type { Environment } from "../../core/config.ts";

/** Small batches, so that a run has many commits to be killed in. */
export const KILL_ENVIRONMENT: Environment = { LOGKEEP_INGEST_BATCH_MB: "1", LOGKEEP_INGEST_BATCH_OBJECTS: "60" };
