import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { RoutedObject } from "./objects.ts";
import { routeKey } from "./route.ts";

/** Objects in the order in which they are read: by the day in their key, then by key. Pure. */
export function planObjects(refs: readonly ObjectRef[], sources: readonly Source[]): RoutedObject[] {
  const routed = refs.map((ref) => ({ ref, route: routeKey(ref.key, sources) }));
  // Equal days keep the listing's order.
  return routed.sort((left, right) => compare(left.route.day ?? "", right.route.day ?? ""));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
