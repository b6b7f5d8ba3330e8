/**
 * Child process of the bench: runs one rival and prints `{ms, maxRssMb}`. Arguments: raw|plain|fair, glob, output folder,
 * the bytes of the largest object.
 */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../../adapters/duckdb.ts";
import { fairWay, plainWay, rawWay } from "./rivals.ts";

const [way = "", glob = "", out = "", maxObjectBytes = ""] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const startedAt = performance.now();
const engine = await openDuckDb({
  threads: availableParallelism(),
  // The rival may take what it likes: its memory is reported, not limited.
  memoryLimitBytes: 16 * 1024 ** 3,
  spillFolder: join(out, "tmp"),
});
const ways = { raw: rawWay, plain: plainWay, fair: fairWay };
if (!(way in ways)) throw new Error("the way is raw, plain or fair");
for (const sql of ways[way as keyof typeof ways]({ glob, out, maxObjectBytes: Number(maxObjectBytes) }))
  await engine.run(sql);
engine.close();
const maxRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ms: performance.now() - startedAt, maxRssMb })}\n`);
