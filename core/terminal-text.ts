/**
 * What a terminal would obey, hide or reorder instead of showing: C0 and C1 controls (ESC starts every escape
 * sequence), DEL, bidirectional controls, zero-width and other invisible characters, line and paragraph separators,
 * private-use characters, and surrogates that stand alone.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** More marks than a letter of any script carries: a pile of them paints over the neighbouring lines. */
const MARK_PILE = /(\p{M}{4})\p{M}+/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes text that someone else wrote safe to print on a terminal, on one line: what is unsafe is spelled
 * (`\n`, `\x1b`, `\u{202e}`), nothing is silently dropped but the surplus of a pile of combining marks. With
 * `maxLength` (UTF-16 units of the result), longer text ends in `…`.
 */
export function toTerminalText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  // What cannot be shown need not be spelled: a field may hold a hundred megabytes.
  const considered = Number.isFinite(maxLength) && text.length > maxLength * 8 ? text.slice(0, maxLength * 8) : text;
  const safe = considered.replace(MARK_PILE, "$1").replace(UNSAFE, spell);
  if (safe.length <= maxLength && considered.length === text.length) return safe;
  return `${dropHalfPair(safe.slice(0, Math.max(0, Math.min(safe.length, maxLength) - 1)))}…`;
}

function spell(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

function dropHalfPair(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
