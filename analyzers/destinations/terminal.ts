import { z } from "zod";
import type { Alert } from "../../core/alert.ts";
import type { DestinationDefinition } from "../../core/destination.ts";
import { toTerminalText } from "../../core/terminal-text.ts";

interface TerminalConfig {
  readonly width: number;
}

/** Two lines an alert; nothing in it can steer the terminal. */
function render(alert: Alert, { width }: TerminalConfig): string {
  const at = alert.lastAt === null ? "no time" : isoSeconds(alert.lastAt);
  const count = alert.findingCount === 1 ? "1 finding" : `${alert.findingCount} findings`;
  const head = `${alert.severity.toUpperCase().padEnd(13)} ${at}  ${alert.title}`;
  const accounts = alert.accounts.length === 0 ? "no account" : alert.accounts.slice(0, 3).join(", ");
  const more = alert.accounts.length > 3 ? ` and ${alert.accounts.length - 3} more` : "";
  const author = alert.ruleAuthor === null ? "" : `, rule by ${alert.ruleAuthor}`;
  const body = `${alert.entity}  (${count}, ${accounts}${more}, ${alert.ruleId}${author}, ${alert.id.slice(0, 12)})`;
  return `${toTerminalText(head, width)}\n  ${toTerminalText(body, width - 2)}\n`;
}

const terminal: DestinationDefinition<TerminalConfig> = {
  id: "terminal",
  doc: "Prints alerts where the program runs",
  config: z.strictObject({
    width: z.int().min(40).max(1000).default(200).describe("Characters in a line at most"),
  }),
  render,
  open: (config, ports) => ({ id: "terminal", send: (alert) => ports.terminal.write(render(alert, config)) }),
};

export default terminal;

function isoSeconds(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : `${date.toISOString().slice(0, 19)}Z`;
}
