/** Rows that come from an engine elsewhere, into a Parquet file of this machine: chunk by chunk, through a file of JSON lines. */
import { open, rm } from "node:fs/promises";
import type { EngineAnswer } from "../core/query-engine.ts";
import { type SqlEngine, sqlName, sqlString } from "../core/sql-engine.ts";
import { attemptOutput } from "./attempt-output.ts";

type Rows = Pick<EngineAnswer, "columns" | "localTypes" | "chunks">;

/** DuckDB refuses longer JSON lines unless it is told of them. */
const LEAST_LINE_BYTES = 16_777_216;

/** Writes the rows with their types. Returns their number. `engine` reads and writes files beside `file`. */
export async function writeRowsAsParquet(rows: Rows, file: string, engine: SqlEngine): Promise<number> {
  const spool = `${file}.rows`;
  try {
    const { rowCount, longestBytes } = await spoolRows(rows, spool);
    await engine.run(copyText(rows, spool, Math.max(LEAST_LINE_BYTES, longestBytes + 1), file));
    return rowCount;
  } finally {
    await rm(spool, { force: true });
  }
}

async function spoolRows({ columns, chunks }: Rows, spool: string) {
  let [rowCount, longestBytes] = [0, 0];
  const handle = await attemptOutput(spool, () => open(spool, "w", 0o600));
  try {
    for await (const chunk of chunks) {
      // By their places: names may be anything, and differ in their case alone.
      const lines = chunk.map(
        (row) =>
          `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [`c${at}`, row[name] ?? null])))}\n`,
      );
      for (const line of lines) longestBytes = Math.max(longestBytes, Buffer.byteLength(line));
      rowCount += lines.length;
      await attemptOutput(spool, () => handle.appendFile(lines.join("")));
    }
  } finally {
    await handle.close();
  }
  return { rowCount, longestBytes };
}

function copyText({ columns, localTypes }: Rows, spool: string, lineBytes: number, file: string): string {
  // Bytes come as base64.
  const fields = localTypes.map((type, at) => `c${at}: ${sqlString(type === "BLOB" ? "VARCHAR" : type)}`);
  const items = columns.map(
    ({ name }, at) => `${localTypes[at] === "BLOB" ? `from_base64(c${at})` : `c${at}`} AS ${sqlName(name)}`,
  );
  const from = `read_json(${sqlString(spool)}, format = 'newline_delimited', columns = {${fields.join(", ")}},
    maximum_object_size = ${lineBytes})`;
  return `COPY (SELECT ${items.join(", ")} FROM ${from}) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`;
}
