/** Characters that a terminal draws two columns wide: East Asian wide and full-width ranges, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}/u;
const ASCII = /^[\x20-\x7e]*$/;

/** Columns that a text without control characters takes on a terminal (Unicode East Asian Width). */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text in exactly `width` columns: cut with `…`, or filled with blanks on the right, or left for numbers. */
export function fitText(text: string, width: number, align: "left" | "right"): string {
  const cut = textWidth(text) <= width ? text : cutText(text, width);
  const blanks = " ".repeat(Math.max(0, width - textWidth(cut)));
  return align === "left" ? `${cut}${blanks}` : `${blanks}${cut}`;
}

function cutText(text: string, width: number): string {
  let used = 0;
  let kept = "";
  for (const character of text) {
    used += characterWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return width < 1 ? "" : `${kept}…`;
}

function characterWidth(character: string): number {
  if (ASCII.test(character)) return 1;
  return NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
