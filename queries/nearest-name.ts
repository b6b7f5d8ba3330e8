/** More changes than this make another word, not a mistyped one. */
const MOST_CHANGES = 3;

/** The name that was probably meant: begins alike, or differs in a few letters. Null when none comes near. */
export function nearestName(typed: string, names: readonly string[]): string | null {
  const begins = typed.length >= 3 ? names.find((name) => name.includes(typed)) : undefined;
  if (begins !== undefined) return begins;
  const ranked = names
    .map((name) => ({ name, changes: changesBetween(typed.slice(0, 100), name) }))
    .sort((left, right) => left.changes - right.changes);
  const [best] = ranked;
  // Half of a short name changed is another name.
  const most = Math.min(MOST_CHANGES, Math.floor(typed.length / 2));
  return best !== undefined && best.changes <= most ? best.name : null;
}

/** Levenshtein distance. */
function changesBetween(left: string, right: string): number {
  let before = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const now = [row];
    for (let at = 1; at <= right.length; at += 1) {
      const replaced = (before[at - 1] ?? 0) + (left[row - 1] === right[at - 1] ? 0 : 1);
      now.push(Math.min(replaced, (before[at] ?? 0) + 1, (now[at - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[right.length] ?? 0;
}
