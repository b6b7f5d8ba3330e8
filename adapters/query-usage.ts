import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LogkeepError } from "../core/errors.ts";
import type { QueryUsage } from "../core/query-usage.ts";

/** Another process holds the file for a few milliseconds at a time. */
const WAIT_MS = 10_000;
/** Older days say nothing about any limit. */
const KEPT_DAYS = 400;

/**
 * A usage file of SQLite: its transactions are durable and exclude each other between processes. The file is opened for
 * each call, so nothing is left to close.
 */
export function openQueryUsage(file: string): QueryUsage {
  return {
    take: (share) =>
      inTransaction(file, (database) => {
        const { user, day, bytes, limitBytes } = share;
        const usedBytes = readUsed(database, user, day);
        const isGranted = limitBytes === null || usedBytes + bytes <= limitBytes;
        if (isGranted) add(database, user, day, bytes);
        return { isGranted, usedBytes };
      }),
    correct: (user, day, differenceBytes) =>
      inTransaction(file, (database) => add(database, user, day, differenceBytes)),
  };
}

async function inTransaction<T>(file: string, action: (database: DatabaseSync) => T): Promise<T> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o750 });
    const database = new DatabaseSync(file, { timeout: WAIT_MS });
    try {
      // The default journal with full syncs: a share that was granted is on disk.
      database.exec("PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
      database.exec(
        "CREATE TABLE IF NOT EXISTS usage (user TEXT NOT NULL, day TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (user, day))",
      );
      const result = action(database);
      database.exec("COMMIT");
      return result;
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new LogkeepError({
      code: "usage.unwritable",
      message: "the file that counts the bytes of queries cannot be used",
      facts: { file },
      cause,
      retry: "later",
      hint: "check the folder, its permissions and the space on its disk; without budgets it is not needed",
    });
  }
}

function readUsed(database: DatabaseSync, user: string, day: string): number {
  const row = database.prepare("SELECT bytes FROM usage WHERE user = ? AND day = ?").get(user, day);
  return Number(row?.["bytes"] ?? 0);
}

function add(database: DatabaseSync, user: string, day: string, bytes: number): void {
  database
    .prepare(
      "INSERT INTO usage VALUES (?, ?, MAX(0, ?)) ON CONFLICT (user, day) DO UPDATE SET bytes = MAX(0, bytes + ?)",
    )
    .run(user, day, Math.round(bytes), Math.round(bytes));
  database.prepare("DELETE FROM usage WHERE day < date(?, ?)").run(day, `-${KEPT_DAYS} days`);
}
