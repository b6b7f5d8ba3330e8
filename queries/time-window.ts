import { usageError } from "../core/errors.ts";

/** Half-open [from, to), milliseconds since 1970 in UTC; null is "no bound". */
export interface TimeWindow {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** All of time, rows without a time included. */
export const ALL_TIME: TimeWindow = { fromMs: null, toMs: null };

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const ABSOLUTE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

const HINT =
  "write a date (2026-01-05, midnight UTC), an instant (2026-01-05T10:00:00Z), or a span back from now (24h, 7d)";

/** Reads `--from` and `--to`. Throws `cli.usage` for what is no time, and for an end that is not after the start. */
export function parseWindow(from: string | null, to: string | null, nowMs: number): TimeWindow {
  const window = {
    fromMs: from === null ? null : parseTime(from, nowMs, "--from"),
    toMs: to === null ? null : parseTime(to, nowMs, "--to"),
  };
  if (window.fromMs !== null && window.toMs !== null && window.fromMs >= window.toMs) {
    throw usageError("the window ends before it starts", "--to is exclusive and must be later than --from");
  }
  return window;
}

/**
 * A date, an instant (UTC unless it says otherwise) or a span back from now, in milliseconds since 1970. A finer
 * fraction is cut. Throws `cli.usage`; `what` names the option or parameter.
 */
export function parseTime(text: string, nowMs: number, what: string): number {
  const span = /^(\d{1,6})([mhdw])$/.exec(text.trim());
  if (span !== null) return nowMs - Number(span[1]) * (UNIT_MS[span[2] ?? ""] ?? 0);
  const parts = ABSOLUTE.exec(text.trim());
  const atMs = parts === null ? null : instantFrom(parts);
  if (atMs === null) throw usageError("a time cannot be read", HINT, { where: what });
  return atMs;
}

/** As ISO 8601 in UTC. */
export function formatInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace(".000Z", "Z");
}

/** A span of time in words, its two largest units: `5 h 20 min`. */
export function describeSpan(spanMs: number): string {
  const minutes = Math.floor(Math.abs(spanMs) / 60_000);
  if (minutes < 1) return `${Math.floor(Math.abs(spanMs) / 1000)} s`;
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor((minutes % 1440) / 60), "h"],
    [minutes % 60, "min"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]))
    .join(" ");
}

/** The window in words, for the line below an answer. */
export function describeWindow(window: TimeWindow): string {
  if (window.fromMs === null && window.toMs === null) return "all time";
  const from = window.fromMs === null ? "the first event" : formatInstant(window.fromMs);
  return `${from} to ${window.toMs === null ? "the last event" : formatInstant(window.toMs)}`;
}

function instantFrom(parts: RegExpExecArray): number | null {
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = parts;
  const millis = fraction.slice(0, 3).padEnd(3, "0");
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}`;
  const asUtc = Date.parse(`${local}Z`);
  // Date.parse takes February 30th for March 2nd and 24:00 for the next day; what was typed must come back.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== `${local}Z`) return null;
  const atMs = Date.parse(`${local}${zone.toUpperCase()}`);
  return Number.isNaN(atMs) ? null : atMs;
}
