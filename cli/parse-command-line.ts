/**
 * The command line in, a command with its checked arguments and options out. Only the called command's module is
 * loaded. The only file that knows `commander`.
 */
import { CommanderError, InvalidArgumentError, Option, Command as Program } from "commander";
import { usageError } from "../core/errors.ts";
import type { Command, CommandCall, CommandEntry, CommandOption } from "./command.ts";

/** What to do: call a command, or print a text (help, version) and end well. */
export type ParsedLine =
  | { readonly kind: "call"; readonly name: string; readonly command: Command; readonly call: CommandCall }
  | { readonly kind: "print"; readonly text: string };

/** Parses what stands after the program's name. Throws `cli.usage`. */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  version: string,
): Promise<ParsedLine> {
  const printed: string[] = [];
  let parsed: ParsedLine | null = null;
  const program = baseProgram(new Program("logkeep"), printed).version(version);
  program.description("Log ingestion and analysis for an AWS organization: answers with proof.");
  program.addHelpText("after", "\nExample:\n  logkeep demo\n\n`logkeep <command> --help` explains a command.");
  const called = calledEntry(argv, commands);
  for (const entry of commands) {
    const words = entry.name.split(" ");
    const parent = words.length === 1 ? program : parentCommand(program, words[0] ?? "", commands, printed);
    const sub = baseProgram(parent.command(words.at(-1) ?? ""), printed).summary(entry.summary);
    if (entry !== called) continue;
    const command = await entry.load();
    declare(sub, command);
    sub.action(() => {
      const call = commandCall(sub.args, sub.opts(), command.options);
      parsed = { kind: "call", name: entry.name, command, call };
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Exit code 0 is help or version; 1 with nothing but help is a bare `logkeep` or `logkeep detect`.
    if (thrown.exitCode !== 0 && thrown.code !== "commander.help") throw wrapUsage(thrown, called);
    if (thrown.exitCode !== 0) throw usageError("no command was given", "`logkeep --help` lists the commands");
  }
  return parsed ?? { kind: "print", text: printed.join("") };
}

function baseProgram(program: Program, printed: string[]): Program {
  return program
    .exitOverride()
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => {}, outputError: () => {} });
}

/** A word that only groups commands (`dlq`): its line of help names them. */
function parentCommand(program: Program, name: string, commands: readonly CommandEntry[], printed: string[]): Program {
  const known = program.commands.find((each) => each.name() === name);
  if (known !== undefined) return known;
  const below = commands.flatMap((entry) => (entry.name.startsWith(`${name} `) ? [entry.name.split(" ")[1]] : []));
  return baseProgram(program.command(name), printed).summary(`Has commands of its own: ${below.join(", ")}`);
}

function calledEntry(argv: readonly string[], commands: readonly CommandEntry[]): CommandEntry | null {
  const words = argv.filter((word) => !word.startsWith("-"));
  const two = commands.find((entry) => entry.name === words.slice(0, 2).join(" "));
  return two ?? commands.find((entry) => entry.name === words[0]) ?? null;
}

function declare(sub: Program, command: Command): void {
  sub.description(command.description);
  for (const argument of command.arguments) sub.argument(argument.syntax, argument.help);
  for (const option of command.options) sub.addOption(toCommander(option));
  sub.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
}

function toCommander(option: CommandOption): Option {
  const made = new Option(option.flags, option.help);
  switch (option.kind) {
    case "flag":
      return made;
    case "text":
      return option.fallback === undefined ? made : made.default(option.fallback);
    case "choice":
      return made.choices([...option.choices]);
    case "list":
      return made.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
    case "integer": {
      const parsing = made.argParser((text: string) => parseInteger(text, option.least ?? 0));
      return option.fallback === undefined ? parsing : parsing.default(option.fallback);
    }
  }
}

function parseInteger(text: string, least: number): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  return value;
}

function commandCall(
  args: readonly string[],
  values: Readonly<Record<string, unknown>>,
  options: readonly CommandOption[],
): CommandCall {
  const read = (name: string, ...kinds: readonly CommandOption["kind"][]): unknown => {
    const declared = options.find((option) => longName(option) === name);
    if (declared === undefined || !kinds.includes(declared.kind)) throw new Error(`undeclared option: ${name}`);
    return values[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  };
  return {
    args,
    text: (name) => {
      const value = read(name, "text", "choice");
      return typeof value === "string" ? value : null;
    },
    integer: (name) => {
      const value = read(name, "integer");
      return typeof value === "number" ? value : null;
    },
    flag: (name) => read(name, "flag") === true,
    list: (name) => {
      const value = read(name, "list");
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

function longName(option: CommandOption): string {
  return /--([a-z][a-z-]*)/.exec(option.flags)?.[1] ?? "";
}

function wrapUsage(thrown: CommanderError, called: CommandEntry | null) {
  const [first = "", ...rest] = thrown.message.replace(/^error: /, "").split("\n");
  const suggestion = rest
    .join(" ")
    .trim()
    .replace(/^\((.*)\)$/, "$1");
  const help = called === null ? "`logkeep --help` lists the commands" : `see \`logkeep ${called.name} --help\``;
  return usageError(first.trim(), suggestion === "" ? help : `${suggestion} ${help}`);
}
