/** Spans of time in milliseconds. */
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** `2026-01-05T12:34:56Z`, as CloudTrail writes event times. */
export function isoSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** `20260105T1234Z`, as delivered objects are named. */
export function stampMinutes(atMs: number): string {
  return `${stampSeconds(atMs).slice(0, 13)}Z`;
}

/** `20260105T123456Z`. */
export function stampSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** `2026/01/05`. */
export function dayFolder(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll("-", "/");
}

/** `2026/1/5`: AWS Config does not pad. */
export function unpaddedDayFolder(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getUTCFullYear()}/${at.getUTCMonth() + 1}/${at.getUTCDate()}`;
}

/** `Jan 5, 2026, 1:02:03 PM`, as STS and IAM spell times in responses. */
export function longTime(atMs: number): string {
  const at = new Date(atMs);
  const month = at.toUTCString().slice(8, 11);
  const hour = at.getUTCHours() % 12 === 0 ? 12 : at.getUTCHours() % 12;
  const rest = at.toISOString().slice(13, 19);
  return `${month} ${at.getUTCDate()}, ${at.getUTCFullYear()}, ${hour}${rest} ${at.getUTCHours() < 12 ? "AM" : "PM"}`;
}
