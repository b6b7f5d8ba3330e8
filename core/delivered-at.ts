/** AWS's compact UTC time, minutes or seconds, closed off by the name's next part or its ending. */
const STAMP = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?Z(?=[_.]|$)/g;

/**
 * When an object was delivered, as its file's name says it: the last time in the name, which is when CloudTrail and flow
 * logs wrote the file, and the end of what a digest or a Config history file covers. Null where the name tells none.
 * A name is only a claim: whoever can write into the bucket chooses it.
 */
export function deliveredAt(key: string): Date | null {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const last = [...name.matchAll(STAMP)].at(-1);
  if (last === undefined) return null;
  const [, year, month, day, hour, minute, second = "00"] = last;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = new Date(`${text}Z`);
  // Date takes February 30th for March 2nd.
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === `${text}.000Z` ? instant : null;
}
