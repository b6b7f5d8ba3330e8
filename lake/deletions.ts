/**
 * What left a table by age, for good. Snapshots that say so expire, but an answer about those days must go on saying it:
 * so a property of the table keeps, for each deletion, its days and its rows.
 */
import { corruptFile } from "./errors.ts";
import type { LiveFile, TableMetadata } from "./model.ts";

const DELETIONS_PROPERTY = "logkeep.deletions";
/** One a day for half a year; older ones are told together. */
const MOST_DELETIONS = 180;

/** Whole files of some days that left a table. Rows of these days may have stayed: those of accounts under legal hold. */
export interface Deletion {
  /** Of the snapshot: states of before have the rows still. Of deletions told together, the first one's. */
  readonly sequence: number;
  /** Days since 1970, both deleted. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly rows: number;
}

/** The deletions of a table, oldest first. Throws `lake.corrupt-metadata`. */
export function deletionsOf(metadata: TableMetadata): readonly Deletion[] {
  const text = metadata.properties[DELETIONS_PROPERTY];
  if (text === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw corruptFile(metadata.location, "the deletions are not JSON", cause);
  }
  if (!Array.isArray(parsed)) throw corruptFile(metadata.location, "the deletions are no list");
  return parsed.map((each: unknown) => {
    const [sequence, firstDay, lastDay, rows] = Array.isArray(each) ? each.map(Number) : [];
    const numbers = [sequence, firstDay, lastDay, rows];
    if (sequence === undefined || firstDay === undefined || lastDay === undefined || rows === undefined) {
      throw corruptFile(metadata.location, "a deletion is not whole");
    }
    if (!numbers.every(Number.isSafeInteger)) throw corruptFile(metadata.location, "a deletion has no numbers");
    return { sequence, firstDay, lastDay, rows };
  });
}

/** The metadata that also tell of files which left with a snapshot. Files without a day are told by no day. Pure. */
export function noteDeletion(metadata: TableMetadata, removed: readonly LiveFile[], sequence: number): TableMetadata {
  const days = removed.flatMap(({ partition: { day } }) => (day === null ? [] : [day]));
  if (days.length === 0) return metadata;
  const deletion = {
    sequence,
    firstDay: days.reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY),
    lastDay: days.reduce((most, day) => Math.max(most, day), Number.NEGATIVE_INFINITY),
    rows: removed.reduce((sum, { rowCount }) => sum + rowCount, 0),
  };
  const all = [...deletionsOf(metadata), deletion];
  while (all.length > MOST_DELETIONS) {
    const [first, second] = all;
    if (first === undefined || second === undefined) break;
    all.splice(0, 2, together(first, second));
  }
  const list = all.map(({ sequence: at, firstDay, lastDay, rows }) => [at, firstDay, lastDay, rows]);
  const properties = { ...metadata.properties, [DELETIONS_PROPERTY]: JSON.stringify(list) };
  return { ...metadata, properties };
}

function together(left: Deletion, right: Deletion): Deletion {
  return {
    sequence: Math.min(left.sequence, right.sequence),
    firstDay: Math.min(left.firstDay, right.firstDay),
    lastDay: Math.max(left.lastDay, right.lastDay),
    rows: left.rows + right.rows,
  };
}
