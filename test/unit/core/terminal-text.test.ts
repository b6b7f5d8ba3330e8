import fc from "fast-check";
import { expect, test } from "vitest";
import { toTerminalText } from "../../../core/terminal-text.ts";

test("default: plain text of any script stays as it is", () => {
  for (const text of ["", "arn:aws:iam::111122223333:user/alice", "Zoë", "東京", "مرحبا", "naïve e\u0301", "🦆"]) {
    expect(toTerminalText(text)).toBe(text);
  }
});

test("behavior: escape sequences, line breaks and bidirectional controls are spelled", () => {
  expect(toTerminalText("\u001b[2Jgone")).toBe("\\x1b[2Jgone");
  expect(toTerminalText("\u001b]0;title\u0007")).toBe("\\x1b]0;title\\x07");
  expect(toTerminalText("\u009b31m")).toBe("\\x9b31m");
  expect(toTerminalText("a\r\nb\tc\u0000")).toBe("a\\r\\nb\\tc\\x00");
  expect(toTerminalText("user\u202egnp.exe")).toBe("user\\u{202e}gnp.exe");
  expect(toTerminalText("a\u200bb\u2028c\ufeff\ud800")).toBe("a\\u{200b}b\\u{2028}c\\u{feff}\\u{d800}");
  expect(toTerminalText("\u{e0041}")).toBe("\\u{e0041}");
});

test("behavior: a pile of combining marks is cut", () => {
  expect(toTerminalText(`a${"\u0301".repeat(1000)}b`)).toBe(`a${"\u0301".repeat(4)}b`);
});

test("args: maxLength cuts, marks the cut and never leaves half a pair", () => {
  expect(toTerminalText("abcdef", 4)).toBe("abc…");
  expect(toTerminalText("abcd", 4)).toBe("abcd");
  expect(toTerminalText("a🦆🦆", 3)).toBe("a…");
  expect(toTerminalText("x".repeat(10_000_000), 10)).toBe("xxxxxxxxx…");
});

test("behavior: whatever comes in, nothing that a terminal obeys comes out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
      const out = toTerminalText(text, maxLength);
      expect(out).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(out.length).toBeLessThanOrEqual(maxLength);
    }),
  );
});
