import { expect, test } from "vitest";
import { inParallel } from "../../../core/in-parallel.ts";

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await null;
};

test("default: results stand in the order of their items, and no more run at once than allowed", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 3, 0, 2], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await turns(item);
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 30, 0, 20]);
  expect(most).toBe(2);
  expect(await inParallel([], 4, turns)).toEqual([]);
});

test("error: the first failure is thrown when what was begun has ended, and nothing more is begun", async () => {
  const ended: number[] = [];
  const failing = inParallel([0, 1, 2, 3, 4], 2, async (item) => {
    await turns(item === 0 ? 9 : 1);
    ended.push(item);
    if (item === 1) throw new Error("one");
  });
  await expect(failing).rejects.toThrow("one");
  expect(ended).toEqual([1, 0]);
});
