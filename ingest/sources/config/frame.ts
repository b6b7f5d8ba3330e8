import { frameJsonArray } from "../../../core/json-envelope.ts";
import type { Framing } from "../../../core/source.ts";

const NOTIFIED_ITEM = /"configurationItem"\s*:\s*\{/;
const ITEM = /"configurationItem(?:CaptureTime|Status|Version)"\s*:/;

/**
 * Files of items (`configurationItems`), a change notification around one item, and items that were saved by hand: one
 * item, or an array of them.
 */
export function frameConfig(head: Uint8Array): Framing | null {
  const items = frameJsonArray(head, "configurationItems") ?? frameJsonArray(head, "baseConfigurationItems");
  if (items !== null) return items;
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const opened = /^(?:\u00EF\u00BB\u00BF)?\s*([{[])/.exec(text);
  if (opened === null || frameJsonArray(head, "Records") !== null || /"configurationItems"\s*:/.test(text)) return null;
  if (opened[1] === "[")
    return ITEM.test(text) ? { kind: "json-array", start: opened[0].length - 1, envelope: {} } : null;
  if (NOTIFIED_ITEM.test(text)) return { kind: "json-object", path: ["configurationItem"] };
  return ITEM.test(text) ? { kind: "json-object", path: [] } : null;
}
