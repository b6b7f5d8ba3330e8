import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { freePort } from "./free-port.ts";

/** An S3 server of its own process on this machine. */
export interface MotoServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Why no server can be started here, or null. */
export function whyNoMoto(): string | null {
  const found = spawnSync("python3", ["-c", "import moto.server"], { timeout: 60_000 });
  return found.status === 0 ? null : "Python with moto[server] is absent: S3 is not tested against a server";
}

/** Starts moto on a free port and waits until it answers. */
export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const server = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 60_000; ; ) {
    try {
      await (await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(2_000) })).text();
      return { endpoint, stop: () => stop(server) };
    } catch (cause) {
      if (Date.now() > until || server.exitCode !== null) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGKILL");
  await ended;
}
