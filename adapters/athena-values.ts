/** Texts of Athena's results as values of a `JsonRow`: what the DuckDB adapter gives for the same value. */
import { LogkeepError } from "../core/errors.ts";
import type { AthenaType } from "./athena-types.ts";
import { isoInstant } from "./iso-instant.ts";

/** Reads a cell. `text` is null for NULL; nested columns come as JSON (`portableSql`). */
export function readCell(text: string | null, type: AthenaType): unknown {
  if (text === null) return null;
  if (type.kind === "scalar") return readScalar(text, type.name);
  return readJson(JSON.parse(text, exactNumber), type);
}

function readScalar(text: string, name: string): unknown {
  switch (name) {
    case "boolean":
      return text === "true";
    case "tinyint":
    case "smallint":
    case "integer":
    case "int":
    case "bigint": {
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : text;
    }
    case "real":
    case "float":
    case "double": {
      const number = Number(text);
      if (!Number.isFinite(number)) return text;
      return name === "double" ? number : Math.fround(number);
    }
    case "timestamp":
    case "timestamp with time zone":
      return readInstant(text);
    default:
      return text;
  }
}

function readJson(value: unknown, type: AthenaType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "scalar":
      return typeof value === "boolean" ? value : readScalar(String(value), type.name);
    case "array":
      if (!Array.isArray(value)) throw unexpected(type.text);
      return value.map((item) => readJson(item, type.element));
    case "map":
      return Object.fromEntries(
        entriesOf(value, type).map(([key, item]) => [keyOf(key, type.key), readJson(item, type.value)]),
      );
    case "row": {
      const given = new Map(entriesOf(value, type));
      return Object.fromEntries(
        type.fields.map(({ name, type: field }, index) => {
          const key = name ?? `field${index}`;
          // A value under another name would read as NULL.
          if (!given.has(key)) throw unexpected(type.text);
          return [key, readJson(given.get(key), field)];
        }),
      );
    }
  }
}

function keyOf(key: string, type: AthenaType): string {
  return type.kind === "scalar" ? String(readScalar(key, type.name)) : key;
}

function entriesOf(value: unknown, type: AthenaType): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(type.text);
  return Object.entries(value);
}

/** A reviver that keeps a number as it is written: its type decides what becomes of it. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? value) : value;
}

/** `2026-01-05 10:00:00.123456`, with a zone or without (then it is UTC), as the DuckDB adapter spells an instant. */
function readInstant(text: string): string {
  const parts = INSTANT.exec(text)?.groups;
  if (parts === undefined) throw unexpected("timestamp");
  const number = (name: string) => Number(parts[name]);
  const days = daysFromCivil(number("year"), number("month"), number("day"));
  const seconds = ((days * 24 + number("hour")) * 60 + number("minute")) * 60 + number("second");
  const micros = Number((parts["fraction"] ?? "").padEnd(6, "0").slice(0, 6));
  return isoInstant(BigInt(seconds * 1000 - offsetMs(seconds * 1000, parts["zone"] ?? "UTC")) * 1000n + BigInt(micros));
}

const INSTANT =
  /^(?<year>[+-]?\d{4,6})-(?<month>\d\d)-(?<day>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?(?: (?<zone>\S+))?$/;

/** Days since 1970-01-01 in the proleptic Gregorian calendar, also for years that JavaScript's dates do not reach. */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years that begin in March end with the day that leap years add.
  const years = month <= 2 ? year - 1 : year;
  const days = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) + days - 719_468;
}

/** How far a zone is ahead of UTC at a local time. Throws where the zone has that time twice or never. */
function offsetMs(localMs: number, zone: string): number {
  if (/^(UTC|GMT|Z|Etc\/UTC)$/.test(zone)) return 0;
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (fixed !== null) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  // The offset in force a day before and a day after: any change lies between.
  const offsets = [...new Set([zoneOffsetMs(localMs - 86_400_000, zone), zoneOffsetMs(localMs + 86_400_000, zone)])];
  const fitting = offsets.filter((offset) => zoneOffsetMs(localMs - offset, zone) === offset);
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return only;
  throw new LogkeepError({
    code: "athena.ambiguous-instant",
    message: "a time of the result falls into an hour that its zone has twice",
    facts: { zone },
    hint: "select the column AT TIME ZONE 'UTC'",
  });
}

function zoneOffsetMs(atMs: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const name = format.formatToParts(atMs).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

function unexpected(type: string): LogkeepError {
  return new LogkeepError({
    code: "athena.unexpected-result",
    message: "the engine's result is not what its types say",
    facts: { type },
  });
}
