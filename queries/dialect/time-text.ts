import type { Type } from "./types/type.ts";

/**
 * A time as text with as many digits of a second as its type has: `between` stands before the hours, `zone` after an
 * instant. Instants are in UTC here: changes of zone are taken nowhere but where the local time is read.
 */
export function timeText(sql: string, type: Type | undefined, between: string, zone: string): string {
  if (type?.kind !== "timestamp" && type?.kind !== "timestamp with time zone") return sql;
  const digits = Math.min(type.precision, 6);
  const whole = `strftime(CAST(${sql} AS TIMESTAMP), '%Y-%m-%d${between}%H:%M:%S${digits === 0 ? "" : ".%f"}')`;
  const cut = digits === 0 || digits === 6 ? whole : `left(${whole}, ${20 + digits})`;
  return type.kind === "timestamp" ? cut : `(${cut} || '${zone}')`;
}
