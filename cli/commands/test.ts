import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LogkeepError, usageError } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { addCounts, isGreen, NO_TESTS, parseCounts, summaryLine, type TestCounts } from "../test-counts.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Checks without counts of their own: each is one more test. */
const CODE_CHECKS = [
  ["@biomejs/biome/bin/biome", "check", "."],
  ["typescript/bin/tsc", "--noEmit"],
] as const;

/** `logkeep test`. */
export const testCommand: Command = {
  description:
    "Runs the tests about the code itself and the unit tests. --all adds the linter, the type checker, and the tests " +
    "that need real servers, foreign readers and time. --engines runs those against a Trino server alone: from a container " +
    "where Docker is there, else from Maven Central where Java and Maven are (800 MB, once, kept in the user's cache " +
    "folder). The last line is `N passed, N failed`, then how many were skipped.",
  arguments: [
    {
      syntax: "[pattern...]",
      help: "only test files whose path contains one of these; after --, vitest's own options",
    },
  ],
  options: [
    { kind: "flag", flags: "--all", help: "everything that is tested automatically" },
    { kind: "flag", flags: "--engines", help: "only the tests against a Trino server, which is Athena's engine" },
  ],
  examples: [
    "logkeep test",
    "logkeep test --all",
    "logkeep test --engines",
    "logkeep test queries",
    "logkeep test -- -t 'second member'",
  ],
  run: async (call, context) => {
    const [all, engines] = [call.flag("all"), call.flag("engines")];
    if (all && engines) throw usageError("--all has the tests of --engines already");
    const codeChecks = all && call.args.length === 0 ? CODE_CHECKS : [];
    let counts = NO_TESTS;
    for (const [program, ...args] of codeChecks) {
      const { isFine } = await runTool(program, args, context.signal);
      counts = addCounts(counts, { ...NO_TESTS, [isFine ? "passed" : "failed"]: 1 });
    }
    const reporters = ["--reporter=default", `--reporter=${join(ROOT, "test/support/counting-reporter.ts")}`];
    const run = await runTool(
      "vitest/vitest.mjs",
      ["run", ...projects(all, engines), ...reporters, ...call.args],
      context.signal,
    );
    counts = addCounts(counts, countRun(run));
    await context.stdout.write(`${summaryLine(counts)}\n`);
    return isGreen(counts) ? 0 : 1;
  },
};

interface ToolRun {
  readonly isFine: boolean;
  readonly counts: TestCounts | null;
}

/** A runner that fails without saying of which test, or dies before it counted, is a failure of its own. */
function countRun({ isFine, counts }: ToolRun): TestCounts {
  if (counts === null) return { ...NO_TESTS, failed: 1 };
  return isFine || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function projects(all: boolean, engines: boolean): readonly string[] {
  const names = engines ? ["engines"] : ["rules", "unit", ...(all ? ["integration", "engines"] : [])];
  return names.flatMap((name) => ["--project", name]);
}

/** Runs a development tool with this very Node; its output is the command's. */
function runTool(program: string, args: readonly string[], signal: AbortSignal): Promise<ToolRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [locate(program), ...args], {
      cwd: ROOT,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    let counts: TestCounts | null = null;
    child.on("message", (message) => {
      counts = parseCounts(message) ?? counts;
    });
    // Ctrl-C reaches the child by itself; another signal is passed on.
    signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    child.on("error", reject);
    child.on("close", (code) => resolve({ isFine: code === 0, counts }));
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
