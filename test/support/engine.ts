import { tmpdir } from "node:os";
import { openDuckDb } from "../../adapters/duckdb.ts";
import type { SqlEngine } from "../../core/sql-engine.ts";

/** A small in-memory SQL engine for one test file. */
export function openTestEngine(): Promise<SqlEngine> {
  return openDuckDb({ threads: 1, memoryLimitBytes: 512 * 1_048_576, spillFolder: tmpdir() });
}
