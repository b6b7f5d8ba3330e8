import { expect, test } from "vitest";
import { createByteCache } from "../../../adapters/byte-cache.ts";

test("default: what is kept is the caller's own", () => {
  const cache = createByteCache(100);
  const content = Buffer.from("abc");
  cache.put("x", content);
  content.fill(0);
  cache.get("x")?.fill(0);
  expect(String(cache.get("x"))).toBe("abc");
  cache.remove("x");
  cache.remove("x");
  expect(cache.get("x")).toBeNull();
});

test("behavior: the longest unused goes first, and what is too large is not kept", () => {
  const cache = createByteCache(100);
  for (let index = 0; index < 10; index += 1) cache.put(`f${index}`, Buffer.alloc(10));
  cache.get("f0");
  cache.put("f2", Buffer.alloc(10));
  cache.put("new", Buffer.alloc(10));
  expect(["f0", "f1", "f2", "new"].map((name) => cache.get(name) !== null)).toEqual([true, false, true, true]);
  cache.put("large", Buffer.alloc(11));
  cache.put("f0", Buffer.alloc(11));
  expect([cache.get("large"), cache.get("f0")]).toEqual([null, null]);
});
