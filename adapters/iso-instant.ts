/**
 * An instant in ISO 8601, from microseconds since 1970: milliseconds, or microseconds where there are any. What lies beyond
 * the calendar of JavaScript, which a hostile log may name, stays a number of microseconds.
 */
export function isoInstant(micros: bigint): string {
  const rest = Number(((micros % 1000n) + 1000n) % 1000n);
  const instant = new Date(Number((micros - BigInt(rest)) / 1000n));
  if (Number.isNaN(instant.getTime())) return `${micros}us`;
  const text = instant.toISOString();
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, "0")}Z`;
}
