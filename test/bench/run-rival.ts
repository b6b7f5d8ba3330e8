/** Child process of the bench: runs one rival and prints `{ms, maxRssMb}`. Arguments: plain|fair, glob, output folder. */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../../adapters/duckdb.ts";
import { fairWay, plainWay } from "./rivals.ts";

const [way = "", glob = "", out = ""] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const startedAt = performance.now();
const engine = await openDuckDb({
  threads: availableParallelism(),
  // The rival may take what it likes: its memory is reported, not limited.
  memoryLimitBytes: 16 * 1024 ** 3,
  spillFolder: join(out, "tmp"),
});
for (const sql of way === "fair" ? fairWay(glob, out) : plainWay(glob, out)) await engine.run(sql);
engine.close();
const maxRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ms: performance.now() - startedAt, maxRssMb })}\n`);
