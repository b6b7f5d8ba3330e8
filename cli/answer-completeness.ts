/** What an answer says about itself: lines on standard error, and `--completeness FILE`. */
import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { usageError } from "../core/errors.ts";
import type { Completeness } from "../queries/completeness/completeness.ts";
import { completenessJson } from "../queries/completeness/completeness-json.ts";
import { describeCompleteness } from "../queries/completeness/describe-completeness.ts";
import type { Expectations } from "../queries/completeness/read-completeness.ts";
import { attemptOutput, outputTarget } from "./attempt-output.ts";
import type { CommandCall, CommandContext, CommandOption } from "./command.ts";
import { readInventory } from "./inventory.ts";

/** `--completeness`, `--quiet`. */
export const COMPLETENESS_OPTIONS: readonly CommandOption[] = [
  {
    kind: "text",
    flags: "--completeness <file>",
    help: "write as JSON how complete the answer is, by account; - for standard output, where --out takes the rows",
  },
  { kind: "flag", flags: "--quiet", help: "write nothing below the answer" },
];

/** What was asked for. */
export interface CompletenessOptions {
  /** Null: none; `-`: standard output. */
  readonly completenessFile: string | null;
  readonly isQuiet: boolean;
}

/** Reads the options above. Throws `cli.usage`. */
export function readCompletenessOptions(call: CommandCall): CompletenessOptions {
  const completenessFile = call.text("completeness");
  const outFile = call.text("out");
  if (completenessFile === "") throw usageError("--completeness needs the name of a file");
  if (completenessFile === "-" && outFile === null) {
    throw usageError("standard output is for the rows alone", "name a file, or add --out FILE for the rows");
  }
  if (completenessFile !== null && outFile !== null && resolve(completenessFile) === resolve(outFile)) {
    throw usageError("--completeness and --out name the same file");
  }
  return { completenessFile, isQuiet: call.flag("quiet") };
}

/** What answers are measured by, as it is known on this machine. Throws as `readInventory` does. */
export async function readExpectations({ config }: CommandContext): Promise<Expectations> {
  return {
    inventory: await readInventory(config),
    pending: [],
    behindMs: config.behindMinutes === null ? null : config.behindMinutes * 60_000,
  };
}

/** A file that was written and waits for its name. */
export interface WaitingFile {
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes the JSON beside its place; it gets its name when the rows have theirs. */
export async function prepareCompletenessFile(
  completeness: Completeness,
  rowCount: number,
  file: string,
  { stdout }: CommandContext,
): Promise<WaitingFile> {
  const text = completenessJson(completeness, rowCount);
  if (file === "-") return { publish: () => stdout.write(text), discard: async () => undefined };
  const target = await outputTarget(file);
  const partial = `${target}.partial-${process.pid}`;
  await attemptOutput(file, async () => {
    const handle = await open(partial, "w", 0o640);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  });
  return {
    publish: () => attemptOutput(file, () => rename(partial, target)),
    discard: () => rm(partial, { force: true }),
  };
}

/** Writes the lines below an answer. */
export async function writeCompleteness(
  completeness: Completeness,
  rowCount: number,
  { stderr }: CommandContext,
): Promise<void> {
  const lines = describeCompleteness(completeness, rowCount, stderr.columns);
  await stderr.write(`${lines.join("\n")}\n`);
}
