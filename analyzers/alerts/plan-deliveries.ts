import type { Alert } from "../../core/alert.ts";
import type { Delivery } from "../../core/delivery.ts";

/**
 * Which alerts a destination still has to get: those it never got, and those whose severity has risen since. An alert
 * that only grew is not sent again. What was delivered is known by its span of event time: alerts of one rule and
 * entity never overlap, so an overlap is the same alert, also when a late finding has given it a new id.
 */
export function planDeliveries(alerts: readonly Alert[], delivered: readonly Delivery[]): readonly Alert[] {
  const earlier = Map.groupBy(delivered, groupOf);
  return alerts.filter((alert) => {
    const same = (earlier.get(groupOf(alert)) ?? []).filter((delivery) => isSameAlert(alert, delivery));
    return !same.some(({ severityId }) => severityId >= alert.severityId);
  });
}

function groupOf({ ruleId, entity }: { readonly ruleId: string; readonly entity: string }): string {
  return JSON.stringify([ruleId, entity]);
}

function isSameAlert(alert: Alert, delivery: Delivery): boolean {
  if (alert.id === delivery.alertId) return true;
  if (alert.firstAt === null || alert.lastAt === null || delivery.firstAt === null || delivery.lastAt === null)
    return false;
  return alert.firstAt <= delivery.lastAt && delivery.firstAt <= alert.lastAt;
}
