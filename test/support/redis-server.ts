import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** A Redis or Valkey server of its own process on this machine. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** As the kernel kills it; it keeps what it had written to its log of commands. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** One command by its words, over a connection of its own; the answer as the protocol spells it. */
  command(...words: readonly string[]): Promise<string>;
}

const PROGRAMS = ["redis-server", "valkey-server"];

/** Why no server can be started here, or null. */
export function whyNoRedis(): string | null {
  return programName() === null ? "neither redis-server nor valkey-server is installed" : null;
}

/** Starts a server on a free port and waits until it answers. */
export async function startRedis(): Promise<RedisServer> {
  const program = programName();
  if (program === null) throw new Error("there is no redis-server");
  const [folder, port] = [await mkdtemp(join(tmpdir(), "redis-")), await freePort()];
  let server: ChildProcess | null = null;
  const command = (...words: readonly string[]) => ask(port, words);
  const kill = async () => {
    if (server === null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
    server = null;
  };
  const start = async () => {
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--appendonly",
      "yes",
      "--save",
      "",
    ];
    server = spawn(program, options, { stdio: "ignore" });
    for (const until = Date.now() + 30_000; ; ) {
      try {
        if ((await command("PING")).includes("PONG")) return;
      } catch (cause) {
        if (Date.now() > until || server.exitCode !== null) throw cause;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    command,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function programName(): string | null {
  return PROGRAMS.find((program) => spawnSync(program, ["--version"]).status === 0) ?? null;
}

/** https://redis.io/docs/latest/develop/reference/protocol-spec/: an array of bulk strings; answers here are small. */
async function ask(port: number, words: readonly string[]): Promise<string> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);
    const [answer]: unknown[] = await once(socket, "data");
    return String(answer);
  } finally {
    socket.destroy();
  }
}
