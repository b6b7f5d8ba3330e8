/**
 * A maintenance to be killed: `node maintain-victim.ts DATA [DEATH [ENVIRONMENT]]`. All steps for all tables, as the command
 * does them, now and in two days, when orphans have waited. Every change of the lake is a step of its own: at
 * `compact.create#2:after` it kills itself as the kernel would, after the second file that compaction creates. Prints
 * the changes that it made, one a line. The environment is JSON.
 */
import {
  MAINTENANCE_STEPS,
  type MaintenancePorts,
  type MaintenanceStep,
  maintainTable,
  retentionTables,
} from "../../cli/maintenance.ts";
import { readRetentionRules } from "../../cli/retention-rules.ts";
import { lockDataFolder, openEngine, openLake } from "../../cli/wire.ts";
import type { Environment } from "../../core/config.ts";
import type { LakeStore } from "../../core/lake-store.ts";
import { fileCatalog } from "../../lake/file-catalog.ts";
import { quietContext } from "./ingest-folder.ts";

const DAY_MS = 86_400_000;

const [data = "", death = "", environment = "{}"] = process.argv.slice(2);
// Only tests start this process.
const env = JSON.parse(environment) as Environment;
const context = quietContext(data, env, () => undefined);
const { config } = context;
let step: MaintenanceStep = "compact";
let isLater = false;
const seen = new Map<string, number>();

/** Does a change, dies before or after it, or notes it. */
async function change<T>(operation: string, act: () => Promise<T>): Promise<T> {
  const name = `${step}.${operation}`;
  const times = (seen.get(name) ?? 0) + 1;
  seen.set(name, times);
  if (death === `${name}#${times}:before`) process.kill(process.pid, "SIGKILL");
  const done = await act();
  if (death === `${name}#${times}:after`) process.kill(process.pid, "SIGKILL");
  process.stdout.write(`${name}\n`);
  return done;
}

await using _held = await lockDataFolder(config, context.clock, "maintenance");
const opened = await openLake(config, context.clock);
const store: LakeStore = {
  ...opened.store,
  createExclusive: (path, content) => change("create", () => opened.store.createExclusive(path, content)),
  replace: (path, content) => change("replace", () => opened.store.replace(path, content)),
  sync: (paths) => change("sync", () => opened.store.sync(paths)),
  remove: (path) => change("remove", () => opened.store.remove(path)),
};
const clock = { ...context.clock, now: () => Date.now() + (isLater ? 2 * DAY_MS : 0) };
const lake = { store, catalog: fileCatalog(store), clock };
const rules = await readRetentionRules(config, retentionTables());
const engine = await openEngine(config);
const ports: MaintenancePorts = { lake, engine, rules, display: null };
for (const later of [false, true]) {
  isLater = later;
  for (const table of await lake.catalog.list()) {
    for (step of MAINTENANCE_STEPS) await maintainTable(step, table, false, { ...context, clock }, ports);
  }
}
engine.close();
