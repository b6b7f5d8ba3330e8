/** Trino's values as `JsonRow`s: the same values that the DuckDB adapter gives for the same table. */
import type { JsonRow } from "../../core/sql-engine.ts";
import { type TrinoAddress, type TrinoOptions, type TrinoResult, type TrinoType, trinoQuery } from "./trino-client.ts";

/** Runs a statement; rows spelled as `SqlEngine.stream` spells them. Throws `TrinoError`. */
export async function trinoRows(server: TrinoAddress, sql: string, options: TrinoOptions = {}): Promise<JsonRow[]> {
  return jsonRows(await trinoQuery(server, sql, options));
}

/** Rows of a result, spelled as `SqlEngine.stream` spells them; a name's second column is `name:1`. */
export function jsonRows({ columns, rows }: TrinoResult): JsonRow[] {
  const counts = new Map<string, number>();
  const names = columns.map(({ name }) => {
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before === 0 ? name : `${name}:${before}`;
  });
  return rows.map((row) =>
    Object.fromEntries(
      names.map((name, index) => {
        const column = columns[index];
        return [name, column === undefined ? null : toJson(row[index], column.typeSignature)];
      }),
    ),
  );
}

function toJson(value: unknown, type: TrinoType): unknown {
  if (value === null || value === undefined) return null;
  const [first, second] = type.arguments;
  switch (type.rawType) {
    case "array":
      return first?.kind === "TYPE" && Array.isArray(value) ? value.map((item) => toJson(item, first.value)) : value;
    case "map": {
      if (second?.kind !== "TYPE" || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, second.value)]));
    }
    case "row": {
      if (!Array.isArray(value)) return value;
      return Object.fromEntries(
        type.arguments.flatMap((argument, index) =>
          argument.kind === "NAMED_TYPE"
            ? [
                [
                  argument.value.fieldName?.name ?? `field${index}`,
                  toJson(value[index], argument.value.typeSignature),
                ] as const,
              ]
            : [],
        ),
      );
    }
    case "timestamp":
    case "timestamp with time zone":
      return isoInstant(String(value));
    default:
      return value;
  }
}

/** `2026-01-05 10:00:00.123000 UTC` as ISO 8601 with as many digits as the instant has: none dropped, three at least. */
function isoInstant(text: string): string {
  const parts = /^(?<date>\S+) (?<time>\d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?: (?<zone>.+))?$/.exec(text)?.groups;
  if (parts === undefined) throw new Error("not a timestamp of Trino");
  const { date = "", time = "", fraction = "", zone = "UTC" } = parts;
  if (zone !== "UTC") return text;
  const digits = fraction.padEnd(6, "0").slice(0, 6);
  return `${date}T${time}.${digits.endsWith("000") ? digits.slice(0, 3) : digits}Z`;
}
