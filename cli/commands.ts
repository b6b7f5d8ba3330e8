import type { CommandEntry } from "./command.ts";

/** The command table, in the order of `--help`: the first steps first. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "demo",
    summary: "See it work in a minute: simulated logs, alerts, answers",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "check",
    summary: "Show the configuration and test what commands need of this machine",
    load: async () => (await import("./commands/check.ts")).checkCommand,
  },
  {
    name: "test",
    summary: "Run the project's tests",
    load: async () => (await import("./commands/test.ts")).testCommand,
  },
  {
    name: "simulate",
    summary: "Write the logs of an imagined organization, attacks included",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
  },
  {
    name: "ingest",
    summary: "Read delivered log objects into the tables, and raise alerts",
    load: async () => (await import("./commands/ingest.ts")).ingestCommand,
  },
  {
    name: "serve",
    summary: "Ingest what a queue announces, day and night, beside other workers",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "import",
    summary: "Take the export of a managed CloudTrail lake, checked against its manifest",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "sql",
    summary: "Ask the tables in SQL",
    load: async () => (await import("./commands/sql.ts")).sqlCommand,
  },
  {
    name: "query",
    summary: "Run a saved query, or list them",
    load: async () => (await import("./commands/query.ts")).queryCommand,
  },
  {
    name: "alerts",
    summary: "List alerts",
    load: async () => (await import("./commands/alerts.ts")).alertsCommand,
  },
  {
    name: "findings",
    summary: "List findings",
    load: async () => (await import("./commands/findings.ts")).findingsCommand,
  },
  {
    name: "ledger",
    summary: "Show what became of every delivered object",
    load: async () => (await import("./commands/ledger.ts")).ledgerCommand,
  },
  {
    name: "accounts",
    summary: "List the accounts whose logs are expected, or ask AWS Organizations for them",
    load: async () => (await import("./commands/accounts.ts")).accountsCommand,
  },
  {
    name: "dlq list",
    summary: "Count the dead letters of the queue by what explains them",
    load: async () => (await import("./commands/dlq-list.ts")).dlqListCommand,
  },
  {
    name: "dlq explain",
    summary: "Say of each dead letter what it announces, and why it is there",
    load: async () => (await import("./commands/dlq-explain.ts")).dlqExplainCommand,
  },
  {
    name: "dlq redrive",
    summary: "Send dead letters back to the queue",
    load: async () => (await import("./commands/dlq-redrive.ts")).dlqRedriveCommand,
  },
  {
    name: "detections",
    summary: "List the detections, or show one with its runbook",
    load: async () => (await import("./commands/detections.ts")).detectionsCommand,
  },
  {
    name: "detect test",
    summary: "Try the detections on their own cases",
    load: async () => (await import("./commands/detect-test.ts")).detectTestCommand,
  },
  {
    name: "tables",
    summary: "List the tables, or the columns of one",
    load: async () => (await import("./commands/tables.ts")).tablesCommand,
  },
  {
    name: "compact",
    summary: "Merge small files of the tables",
    load: async () => (await import("./commands/compact.ts")).compactCommand,
  },
  {
    name: "maintain",
    summary: "Compact, delete by age, expire snapshots, remove orphan files",
    load: async () => (await import("./commands/maintain.ts")).maintainCommand,
  },
  {
    name: "tag add",
    summary: "Name a state of the lake that must stay",
    load: async () => (await import("./commands/tag-add.ts")).tagAddCommand,
  },
  {
    name: "tag list",
    summary: "List the named states of the lake",
    load: async () => (await import("./commands/tag-list.ts")).tagListCommand,
  },
  {
    name: "tag remove",
    summary: "Let a named state of the lake expire",
    load: async () => (await import("./commands/tag-remove.ts")).tagRemoveCommand,
  },
  {
    name: "relocate",
    summary: "Make a lake readable after its folder was moved",
    load: async () => (await import("./commands/relocate.ts")).relocateCommand,
  },
];
