/**
 * Hostile text -> a JSON value that every reader would read alike, or why not. Pure; linear in the text's length, and
 * never deeper on the stack than the allowed depth.
 */
import { type NotUnderstood, notUnderstood } from "./announcement.ts";

/**
 * SQS takes messages up to 1 MiB. UTF-16 units are never more than UTF-8 bytes.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const MAX_BODY_LENGTH = 1_048_576;

/** A Config item change quotes a resource's configuration: the deepest of AWS's schemas stay far below. */
const MAX_DEPTH = 64;

/** The value of a JSON text. */
export type StrictJson = { readonly kind: "value"; readonly value: unknown } | NotUnderstood;

/** Parses a text. `__proto__` is a key like any other: it becomes an own property, never a prototype. */
export function parseStrictJson(text: string): StrictJson {
  if (text.length > MAX_BODY_LENGTH) return notUnderstood("notification.too-large");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return notUnderstood("notification.not-json");
  }
  return findFault(text) ?? { kind: "value", value };
}

/** What a parsed value does not tell any more. The text is known to be JSON. */
function findFault(text: string): NotUnderstood | null {
  // An open object's keys so far; null for an open array.
  const open: (Set<string> | null)[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case "{":
      case "[":
        if (open.length === MAX_DEPTH) return notUnderstood("notification.too-deep");
        isKeyNext = text[at] === "{";
        open.push(isKeyNext ? new Set() : null);
        break;
      case "}":
      case "]":
        open.pop();
        isKeyNext = false;
        break;
      case ",":
        isKeyNext = open.at(-1) !== null;
        break;
      case '"': {
        const end = stringEnd(text, at);
        const keys = open.at(-1);
        if (isKeyNext && keys !== null && keys !== undefined) {
          // Two spellings of one key are one key.
          const key: unknown = JSON.parse(text.slice(at, end + 1));
          if (keys.has(String(key))) return notUnderstood("notification.duplicate-key");
          keys.add(String(key));
          isKeyNext = false;
        }
        at = end;
        break;
      }
    }
  }
  return null;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
