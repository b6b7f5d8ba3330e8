/**
 * A real Trino server for tests: Athena's engine, with its Iceberg connector over folders of this machine. From a
 * container where Docker is there, else from Maven Central (`trino-install.ts`).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type TrinoAddress, trinoQuery } from "./trino-client.ts";
import { installTrino, type TrinoInstallation } from "./trino-install.ts";

/** A running server. */
export interface TrinoServer extends TrinoAddress {
  readonly release: string;
  /** Its loopback interface is not this machine's then. */
  readonly isContainer: boolean;
  stop(): Promise<void>;
}

/** The catalog that every server has: Iceberg tables registered by their location, kept in a metastore of files. */
export const TRINO_CATALOG = "lake";

/** The newest release that reads `file:` locations in the image as well. */
const IMAGE = "trinodb/trino:476";
/** An image is about a gigabyte. */
const PULL_WAIT_MS = 10 * 60_000;
const START_WAIT_MS = 180_000;
const HEAP_MB = 1024;

/** Starts a server on the loopback interface. A text says why there is none here. */
export async function startTrino(): Promise<TrinoServer | string> {
  const why: string[] = [];
  const image = findImage();
  if (image === null) {
    const started = await startContainer();
    if (typeof started !== "string") return started;
    why.push(started);
  } else why.push(image);
  const installation = await installTrino();
  if (typeof installation === "string") return [...why, installation].join("; ");
  return startInstalled(installation);
}

/** Null where the image is there, after one attempt to pull it. */
function findImage(): string | null {
  const docker = (args: readonly string[], timeout: number) =>
    spawnSync("docker", args, { stdio: "ignore", timeout }).status === 0;
  if (!docker(["version"], 20_000)) return "no Docker daemon is here";
  if (docker(["image", "inspect", IMAGE], 20_000)) return null;
  return docker(["pull", "--quiet", IMAGE], PULL_WAIT_MS) ? null : `the image ${IMAGE} cannot be pulled`;
}

async function startContainer(): Promise<TrinoServer | string> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "trino-"));
  // The image keeps its plugins there.
  await writeEtc(folder, port, "0.0.0.0", "plugin.dir=/usr/lib/trino/plugin");
  // The lakes of tests are below the system's folder for temporary files; the server reads them under the same path.
  const mounts = ["-v", `${tmpdir()}:${tmpdir()}`, "-v", `${join(folder, "etc")}:/etc/trino:ro`];
  const user = process.getuid === undefined ? [] : ["--user", `${process.getuid()}`];
  const name = `logkeep-trino-${process.pid}-${port}`;
  const args = ["run", "--rm", "--name", name, ...user, ...mounts, "-p", `127.0.0.1:${port}:${port}`, IMAGE];
  const child = spawn("docker", args, { stdio: "ignore" });
  const stop = async () => {
    spawnSync("docker", ["rm", "--force", name], { stdio: "ignore", timeout: 60_000 });
    await rm(folder, { recursive: true, force: true });
  };
  return ready(child, port, folder, null, stop);
}

async function startInstalled(installation: TrinoInstallation): Promise<TrinoServer | string> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "trino-"));
  await writeEtc(folder, port, "127.0.0.1");
  const { folder: home } = installation;
  const properties = {
    "node.environment": "test",
    "node.id": "test",
    "node.data-dir": join(folder, "data"),
    "node.bind-ip": "127.0.0.1",
    "node.internal-address": "127.0.0.1",
    "plugin.dir": join(home, "plugin"),
    "secrets-plugin.dir": join(home, "secrets-plugin"),
    config: join(folder, "etc/config.properties"),
    "log.levels-file": join(folder, "etc/log.properties"),
  };
  const defines = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  const args = [...jvmOptions(installation.release), ...defines, "-cp", join(home, "lib/*")];
  const log = join(folder, "server.log");
  // Its standard input stays open as long as this process lives: the server never outlives it, however it ends.
  const child = spawn("sh", ["-c", GUARD, "sh", log, installation.java, ...args, MAIN], {
    cwd: folder,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const stop = async () => {
    await kill(child);
    await rm(folder, { recursive: true, force: true });
  };
  return ready(child, port, folder, log, stop);
}

const GUARD = `log=$1; shift
exec 3<&0
"$@" >"$log" 2>&1 </dev/null 3<&- &
server=$!
(cat <&3 >/dev/null; kill -9 $server 2>/dev/null) &
wait $server`;

const MAIN = "io.trino.server.TrinoServer";

/** A small server that starts soon: it answers tests, one at a time. */
function jvmOptions(release: number): readonly string[] {
  return [
    `-Xmx${HEAP_MB}m`,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djdk.attach.allowAttachSelf=true",
    // Without it the server refuses to start from this release on.
    ...(release >= 447 ? ["--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"] : []),
  ];
}

async function writeEtc(folder: string, port: number, bind: string, ...more: readonly string[]): Promise<void> {
  await mkdir(join(folder, "etc"));
  await mkdir(join(folder, "data"));
  const config = [
    "coordinator=true",
    "node-scheduler.include-coordinator=true",
    `http-server.http.port=${port}`,
    `discovery.uri=http://127.0.0.1:${port}`,
    // So that a test can add a catalog of its own by `CREATE CATALOG`.
    "catalog.management=dynamic",
    "catalog.store=memory",
    "query.max-memory-per-node=400MB",
    "memory.heap-headroom-per-node=200MB",
  ];
  await writeFile(join(folder, "etc/config.properties"), `${config.join("\n")}\n`);
  await writeFile(join(folder, "etc/log.properties"), "io.trino=WARN\norg.eclipse=WARN\nio.airlift=WARN\n");
  const node = [
    "node.environment=test",
    "node.id=test",
    `node.data-dir=${join(folder, "data")}`,
    `node.bind-ip=${bind}`,
    ...more,
  ];
  await writeFile(join(folder, "etc/node.properties"), `${node.join("\n")}\n`);
  await writeFile(join(folder, "etc/jvm.config"), `${jvmOptions(476).join("\n")}\n`);
}

async function ready(
  child: ChildProcess,
  port: number,
  folder: string,
  log: string | null,
  stop: () => Promise<void>,
): Promise<TrinoServer | string> {
  const url = `http://127.0.0.1:${port}`;
  const ended = new Promise<"ended">((resolve) => child.once("exit", () => resolve("ended")));
  for (const until = Date.now() + START_WAIT_MS; Date.now() < until; ) {
    const release = await startedRelease(url);
    if (release !== null) {
      await createCatalog({ url }, folder);
      // Only a container's log is somewhere else.
      return { url, release, isContainer: log === null, stop };
    }
    const pause = new Promise<"waited">((resolve) => setTimeout(resolve, 200, "waited"));
    if ((await Promise.race([pause, ended])) === "ended") break;
  }
  const tail = log === null ? "" : (await readFile(log, "utf8")).split("\n").filter((line) => /ERROR/.test(line))[0];
  await stop();
  return `the Trino server did not start: ${tail ?? ""}`;
}

async function startedRelease(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(2_000) });
    // The server's own description of itself.
    const about = (await response.json()) as { starting: boolean; nodeVersion: { version: string } };
    return about.starting ? null : about.nodeVersion.version;
  } catch {
    return null;
  }
}

async function createCatalog(server: TrinoAddress, folder: string): Promise<void> {
  const properties = {
    "iceberg.catalog.type": "TESTING_FILE_METASTORE",
    "hive.metastore.catalog.dir": `file://${join(folder, "metastore")}`,
    "iceberg.register-table-procedure.enabled": "true",
  };
  // The lake's locations are `file:` URIs, which only this file system reads; older releases have no other, and no switch.
  const switched = { ...properties, "fs.hadoop.enabled": "true" };
  await trinoQuery(server, catalogSql(switched)).catch(() => trinoQuery(server, catalogSql(properties)));
}

function catalogSql(properties: Readonly<Record<string, string>>): string {
  const list = Object.entries(properties).map(([name, value]) => `"${name}" = '${value.replaceAll("'", "''")}'`);
  return `CREATE CATALOG ${TRINO_CATALOG} USING iceberg WITH (${list.join(", ")})`;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await ended;
}
