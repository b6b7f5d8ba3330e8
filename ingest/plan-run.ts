/** Listed objects, and those of them that are to be read -> what a run has before it, by series. Pure. */
import { deliveredAt } from "../core/delivered-at.ts";
import type { ListedObjects } from "../core/listed-objects.ts";
import type { ObjectRef } from "../core/object-store.ts";
import type { IngestRun } from "../lake/ingest-runs.ts";
import type { RoutedObject } from "./objects.ts";

/** Describes a run. Objects that a rule skips wait for nothing: no record is in them. */
export function planRun(listed: readonly ObjectRef[], toDo: readonly RoutedObject[], startedAtMs: number): IngestRun {
  const series = new Map<string, ListedObjects>();
  for (const { ref, route } of toDo) {
    if (route.skipRule !== null) continue;
    const { account, region } = route;
    const source = route.source?.id ?? null;
    const key = JSON.stringify([source, account, region]);
    const atMs = deliveredAt(ref.key)?.getTime() ?? null;
    const before = series.get(key);
    const isTold = atMs !== null && (before === undefined || (before.firstAtMs !== null && before.lastAtMs !== null));
    series.set(key, {
      source,
      account,
      region,
      objects: (before?.objects ?? 0) + 1,
      firstAtMs: isTold ? Math.min(before?.firstAtMs ?? atMs, atMs) : null,
      lastAtMs: isTold ? Math.max(before?.lastAtMs ?? atMs, atMs) : null,
    });
  }
  return { startedAtMs, place: placeOf(listed), listed: [...series.values()] };
}

/** What all addresses start with, up to a slash: the place that was listed, or a part of it where all objects are. */
function placeOf(listed: readonly ObjectRef[]): string {
  let place = listed[0]?.uri ?? "";
  for (const { uri } of listed) {
    while (!uri.startsWith(place)) place = place.slice(0, place.length - 1);
  }
  return place.slice(0, place.lastIndexOf("/") + 1);
}
