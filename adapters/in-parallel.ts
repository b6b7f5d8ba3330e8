/**
 * Does something with each item, at most `limit` at once, in the order of the items. After a failure no further item is
 * begun; when those under way have ended, the first failure is thrown.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  limit: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items[Symbol.iterator]();
  const work = async () => {
    for (let step = rest.next(); step.done !== true && failures.length === 0; step = rest.next()) {
      await action(step.value).catch((cause: unknown) => failures.push(cause));
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failures.length > 0) throw failures[0];
}
