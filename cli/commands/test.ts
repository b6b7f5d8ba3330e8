import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LogkeepError } from "../../core/errors.ts";
import type { Command } from "../command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** `logkeep test`. */
export const testCommand: Command = {
  description:
    "Runs the tests about the code itself and the unit tests. --all adds the linter, the type checker, and the tests " +
    "that need real servers, foreign readers and time.",
  arguments: [{ syntax: "[pattern...]", help: "only test files whose path contains one of these" }],
  options: [{ kind: "flag", flags: "--all", help: "everything that is tested automatically" }],
  examples: ["logkeep test", "logkeep test --all", "logkeep test queries"],
  run: async (call, context) => {
    const all = call.flag("all");
    const steps: readonly (readonly string[])[] = [
      ...(all
        ? [
            ["@biomejs/biome/bin/biome", "check", "."],
            ["typescript/bin/tsc", "--noEmit"],
          ]
        : []),
      ["vitest/vitest.mjs", "run", ...projects(all), ...call.args],
    ];
    for (const [program = "", ...args] of steps) {
      if (!(await runTool(program, args, context.signal))) return 1;
    }
    return 0;
  },
};

function projects(all: boolean): readonly string[] {
  const names = ["rules", "unit", ...(all ? ["integration"] : [])];
  return names.flatMap((name) => ["--project", name]);
}

/** Runs a development tool with this very Node; its output is the command's. */
function runTool(program: string, args: readonly string[], signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [locate(program), ...args], { cwd: ROOT, stdio: "inherit" });
    // Ctrl-C reaches the child by itself; another signal is passed on.
    signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

function locate(program: string): string {
  const [first = "", second = ""] = program.split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), program.slice(name.length + 1));
  } catch (cause) {
    throw new LogkeepError({
      code: "cli.tool-missing",
      message: "a development tool is not installed",
      facts: { tool: name },
      cause,
      hint: "run `npm ci` without leaving out development dependencies",
    });
  }
}
