import { type Inventory, isExpected, type ListedAccount } from "../../core/account-inventory.ts";
import { usageError } from "../../core/errors.ts";
import type { SqlColumn } from "../../core/sql-engine.ts";
import { toTerminalText } from "../../core/terminal-text.ts";
import { describeSpan, formatInstant } from "../../queries/time-window.ts";
import { writeText } from "../answer.ts";
import { type Command, DATA_OPTION } from "../command.ts";
import { readInventory } from "../inventory.ts";
import { refreshAccounts } from "../wire.ts";

const FORMATS = ["table", "csv", "json"] as const;

const COLUMNS: readonly SqlColumn[] = ["account", "name", "state", "joined", "expected"].map((name) => ({
  name,
  type: "VARCHAR",
}));

/** `logkeep accounts`. */
export const accountsCommand: Command = {
  description:
    "Lists the accounts whose logs are expected: those of accounts.yaml in the data folder, and those of the " +
    "organization as they were kept last. Answers count by this list, and say how old it is. --refresh asks AWS " +
    "Organizations (organizations:ListAccounts, in the management account or a delegated administrator's) and keeps the list.",
  arguments: [],
  options: [
    { kind: "flag", flags: "--refresh", help: "ask AWS Organizations, and keep what it says" },
    { kind: "choice", flags: "--format <format>", help: "table (default), csv or json", choices: FORMATS },
    DATA_OPTION,
  ],
  examples: ["logkeep accounts", "logkeep accounts --refresh", "logkeep accounts --format json"],
  run: async (call, { config, clock, signal, stdout, stderr }) => {
    if (call.flag("refresh")) {
      const { accounts, origin } = await refreshAccounts(config, clock, signal);
      const line = `${accounts.length} accounts of ${origin} are kept in ${config.organizationFile}`;
      await stderr.write(`${toTerminalText(line)}\n`);
    }
    const inventory = await readInventory(config, signal);
    if (inventory === null) {
      throw usageError(
        "no list says which accounts are expected",
        "logkeep accounts --refresh, or accounts.yaml in the data folder: docs/queries.md",
        { file: config.accountsFile },
      );
    }
    const nowMs = clock.now();
    const format = FORMATS.find((each) => each === call.text("format")) ?? "table";
    const rows = { columns: COLUMNS, chunks: once(inventory.accounts.map((each) => rowOf(each, nowMs))) };
    await writeText(rows, format, stdout, signal);
    await stderr.write(`${toTerminalText(describeLists(inventory, nowMs))}\n`);
    return 0;
  },
};

function rowOf(account: ListedAccount, nowMs: number): Readonly<Record<string, string | null>> {
  const { id, name, state, joinedAtMs, expects } = account;
  const sources = expects?.map(({ source, regions }) => (regions === null ? source : `${source} ${regions.join(" ")}`));
  return {
    account: id,
    name,
    state: state ?? "not said",
    joined: joinedAtMs === null ? null : formatInstant(joinedAtMs),
    expected: isExpected(account, nowMs) ? (sources?.join(", ") ?? "what is usual") : "nothing",
  };
}

/** Where the list is from, and how old it is. */
function describeLists({ lists, accounts }: Inventory, nowMs: number): string {
  const active = accounts.filter((account) => isExpected(account, nowMs)).length;
  const from = lists.map(
    ({ kind, origin, takenAtMs }) => `${kind} ${origin}, ${describeSpan(Math.max(0, nowMs - takenAtMs))} old`,
  );
  return `logs are expected of ${active} of ${accounts.length} accounts; list: ${from.join("; ")}`;
}

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
