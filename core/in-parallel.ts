/**
 * Does something with each item, at most `limit` at once, and gives the results in the order of the items. After a
 * failure no further item is begun; when those under way have ended, the first failure is thrown.
 */
export async function inParallel<T, R>(
  items: Iterable<T>,
  limit: number,
  action: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const rest = [...items].entries();
  const work = async () => {
    for (let step = rest.next(); step.done !== true && failures.length === 0; step = rest.next()) {
      const [index, item] = step.value;
      try {
        results[index] = await action(item);
      } catch (cause) {
        failures.push(cause);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
