import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { CommandEntry } from "../../../cli/command.ts";
import { COMMANDS } from "../../../cli/commands.ts";
import { parseCommandLine } from "../../../cli/parse-command-line.ts";
import { ROOT } from "../../support/catalog.ts";

const TRY: CommandEntry = {
  name: "try",
  summary: "Try",
  load: async () => ({
    description: "Tries.",
    arguments: [
      { syntax: "<what>", help: "what" },
      { syntax: "[more...]", help: "more" },
    ],
    options: [
      { kind: "text", flags: "--data <dir>", help: "folder" },
      { kind: "integer", flags: "--events-per-day <n>", help: "count", least: 1 },
      { kind: "flag", flags: "--all", help: "all" },
      { kind: "list", flags: "--param <p>", help: "parameter" },
      { kind: "choice", flags: "--format <f>", help: "format", choices: ["json", "csv"] },
    ],
    examples: ["logkeep try it"],
    run: async () => 0,
  }),
};
const UNTOUCHED: CommandEntry = {
  name: "other",
  summary: "Other",
  load: async () => {
    throw new Error("loaded without being called");
  },
};

const parse = (...argv: string[]) => parseCommandLine(argv, [TRY, UNTOUCHED], "1.2.3");

test("default: arguments and options of the called command alone", async () => {
  const parsed = await parse(
    "try",
    "it",
    "and",
    "that",
    "--param",
    "a=1",
    "--all",
    "--param",
    "b=2",
    "--events-per-day",
    "5",
  );
  if (parsed.kind !== "call") throw new Error("nothing was called");
  const { call } = parsed;
  expect([...call.args]).toEqual(["it", "and", "that"]);
  expect(call.list("param")).toEqual(["a=1", "b=2"]);
  expect([call.flag("all"), call.integer("events-per-day"), call.text("data"), call.text("format")]).toEqual([
    true,
    5,
    null,
    null,
  ]);
  expect(() => call.text("nothing")).toThrow("undeclared option");
});

test("default: help and version are printed", async () => {
  expect(await parse("--version")).toEqual({ kind: "print", text: "1.2.3\n" });
  expect(await parse("try", "--help")).toMatchObject({ text: expect.stringContaining("logkeep try it") });
  expect(await parse("--help")).toMatchObject({ text: expect.stringMatching(/try +Try\n +other +Other/) });
});

test.each([
  [[], "no command was given", "--help"],
  [["tryy"], "unknown command", "Did you mean try?"],
  [["try"], "missing required argument", "logkeep try --help"],
  [["try", "it", "--al"], "unknown option", "Did you mean --all?"],
  [["try", "it", "--format", "xml"], "option '--format <f>' argument 'xml' is invalid", "json, csv"],
  [["try", "it", "--events-per-day", "-1"], "option '--events-per-day <n>'", "try --help"],
  [["try", "it", "--events-per-day", "0"], "option '--events-per-day <n>'", "try --help"],
  [["try", "it", "--events-per-day", "1e3"], "option '--events-per-day <n>'", "try --help"],
  [["try", "it", "--data"], "argument missing", "try --help"],
])("args: %j is wrong usage", async (argv, message, hint) => {
  const wrong = await parse(...argv).catch((thrown: unknown) => thrown);
  expect(wrong).toMatchObject({ code: "cli.usage" });
  expect(`${(wrong as Error).message} ${(wrong as { hint: string }).hint}`).toContain(message);
  expect(`${(wrong as Error).message} ${(wrong as { hint: string }).hint}`).toContain(hint);
});

test("behavior: every command of the table has arguments, help and an example of itself", async () => {
  for (const entry of COMMANDS) {
    const command = await entry.load();
    expect(command.description, entry.name).not.toBe("");
    for (const example of command.examples) expect(example, entry.name).toContain(`logkeep ${entry.name}`);
  }
});

test("behavior: every file of cli/commands is in the table", () => {
  const files = readdirSync(`${ROOT}cli/commands`).map((name) => name.replace(/\.ts$/, ""));
  expect(COMMANDS.map((entry) => entry.name.replace(" ", "-")).sort()).toEqual(files.sort());
});
