/**
 * Finds a Trino server for this machine's Java: the newest release on Maven Central that this Java runs, taken with the
 * machine's own Maven (so that its configured mirrors are used), unpacked once and kept outside the repository.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { processEnvironment } from "../../core/config.ts";

/** An unpacked server and a Java that runs it. */
export interface TrinoInstallation {
  readonly release: number;
  readonly folder: string;
  readonly java: string;
}

interface Java {
  readonly executable: string;
  readonly major: number;
}

/**
 * The last release that runs on a Java, from `project.build.targetJdk` in the `trino-root` POM of each release. After
 * 476 the server is no longer published as `io.trino:trino-server`.
 */
const NEWEST_RELEASES: readonly { readonly java: number; readonly release: number }[] = [
  { java: 24, release: 476 },
  { java: 23, release: 475 },
  { java: 22, release: 463 },
  { java: 21, release: 446 },
  { java: 17, release: 435 },
];
/** Catalogs made by SQL (`CREATE CATALOG`), which the tests need, came with this release. */
const OLDEST_RELEASE = 422;

/** 800 MB from a slow mirror. */
const DOWNLOAD_WAIT_MS = 15 * 60_000;
const PLUGINS = ["iceberg"];

/** The unpacked server, or the reason why there is none here. */
export async function installTrino(): Promise<TrinoInstallation | string> {
  const java = findJava();
  if (java === null) return "no Java is here";
  const newest = NEWEST_RELEASES.find((each) => each.java <= java.major);
  if (newest === undefined) return `Java ${java.major} is too old for Trino`;
  const cache = cacheFolder();
  await mkdir(cache, { recursive: true });
  const cached = await newestCached(cache, newest.release);
  if (cached !== null) return { ...cached, java: java.executable };
  if (spawnSync("mvn", ["--version"], { stdio: "ignore" }).status !== 0) {
    return "Maven, which fetches the Trino server, is not here";
  }
  const staging = await mkdtemp(join(cache, ".new-"));
  try {
    const failure = await download(staging, newest.release);
    if (failure !== null) return failure;
    await keepNewest(staging, cache);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const installed = await newestCached(cache, newest.release);
  return installed === null ? "the Trino server's archive has another layout" : { ...installed, java: java.executable };
}

/** The newest Java of `JAVA_HOME`, the path, and where systems keep theirs. */
function findJava(): Java | null {
  const home = processEnvironment()["JAVA_HOME"];
  const kept = ["/usr/lib/jvm", "/Library/Java/JavaVirtualMachines"].flatMap(foldersBelow);
  const candidates = [
    "java",
    ...(home === undefined ? [] : [join(home, "bin/java")]),
    ...kept.flatMap((folder) => [join(folder, "bin/java"), join(folder, "Contents/Home/bin/java")]).filter(existsSync),
  ];
  const found = candidates.flatMap((executable): Java[] => {
    const run = spawnSync(executable, ["-version"], { encoding: "utf8", timeout: 30_000 });
    const major = /version "(?<major>\d+)/.exec(run.stderr ?? "")?.groups?.["major"];
    return run.status === 0 && major !== undefined ? [{ executable, major: Number(major) }] : [];
  });
  return found.toSorted((left, right) => right.major - left.major)[0] ?? null;
}

function foldersBelow(folder: string): string[] {
  const run = spawnSync("ls", [folder], { encoding: "utf8" });
  return run.status === 0 ? run.stdout.split("\n").flatMap((name) => (name === "" ? [] : [join(folder, name)])) : [];
}

function cacheFolder(): string {
  const base = processEnvironment()["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "logkeep", "trino");
}

async function newestCached(cache: string, atMost: number): Promise<Omit<TrinoInstallation, "java"> | null> {
  const found = (await readdir(cache)).flatMap((name) => {
    const release = Number(/^trino-server-(?<release>\d+)$/.exec(name)?.groups?.["release"] ?? Number.NaN);
    return release >= OLDEST_RELEASE && release <= atMost ? [{ release, folder: join(cache, name) }] : [];
  });
  return found.toSorted((left, right) => right.release - left.release)[0] ?? null;
}

/** Maven resolves the range, so a mirror that lacks some releases gives the newest that it has. */
async function download(staging: string, newest: number): Promise<string | null> {
  await writeFile(join(staging, "pom.xml"), pom(`[${OLDEST_RELEASE},${newest}]`));
  const options = ["-B", "-q", `-Dmaven.repo.local=${join(staging, "repository")}`];
  const goal = ["dependency:copy-dependencies", "-DexcludeTransitive=true", `-DoutputDirectory=${staging}`];
  // Its own repository is removed afterwards: the archive needs no second place on the disk.
  const maven = spawnSync("mvn", [...options, ...goal], { cwd: staging, timeout: DOWNLOAD_WAIT_MS, encoding: "utf8" });
  if (maven.status !== 0) return `Maven found no Trino server from ${OLDEST_RELEASE} to ${newest}: ${lastLine(maven)}`;
  const archive = (await readdir(staging)).find((name) => /^trino-server-\d+\.tar\.gz$/.test(name));
  if (archive === undefined) return "Maven left no Trino server";
  const tar = spawnSync("tar", ["-xzf", archive], { cwd: staging, encoding: "utf8" });
  return tar.status === 0 ? null : `the Trino server cannot be unpacked: ${lastLine(tar)}`;
}

async function keepNewest(staging: string, cache: string): Promise<void> {
  const name = (await readdir(staging)).find((each) => /^trino-server-\d+$/.test(each));
  if (name === undefined) return;
  const folder = join(staging, name);
  // The archive's files are hard links to each other across plugins, so it cannot be unpacked in part.
  for (const plugin of await readdir(join(folder, "plugin"))) {
    if (!PLUGINS.includes(plugin)) await rm(join(folder, "plugin", plugin), { recursive: true });
  }
  try {
    await rename(folder, join(cache, name));
  } catch (cause) {
    // Another run was faster.
    if (!existsSync(join(cache, name))) throw cause;
  }
}

function lastLine(run: { readonly stdout: string; readonly stderr: string }): string {
  const lines = `${run.stderr}\n${run.stdout}`.split("\n").filter((line) => /ERROR|error|tar:/.test(line));
  return lines[0]?.slice(0, 300) ?? "no reason was given";
}

function pom(range: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>trino-download</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.trino</groupId>
      <artifactId>trino-server</artifactId>
      <version>${range}</version>
      <type>tar.gz</type>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>
  </dependencies>
</project>
`;
}
