/**
 * Alerts in, deliveries out. At least once: an alert counts as delivered when its destination has accepted it and the
 * note of that is durable; a death between the two repeats the alert, with the same id. A destination that fails does
 * not hold up the others.
 */
import type { Alert } from "../../core/alert.ts";
import type { Clock } from "../../core/clock.ts";
import type { Delivery, DeliveryLog } from "../../core/delivery.ts";
import type { Destination } from "../../core/destination.ts";
import { isLogkeepError, LogkeepError } from "../../core/errors.ts";
import { planDeliveries } from "./plan-deliveries.ts";

/** What happened at one destination. */
export interface DeliveryOutcome {
  readonly destination: string;
  readonly delivered: number;
  /** Alerts that it had before. */
  readonly known: number;
  readonly failures: readonly { readonly alertId: string; readonly error: LogkeepError }[];
  /** Alerts that were not tried, since the destination did not answer or the run was stopped. */
  readonly untried: number;
}

/** What delivery acts through. */
export interface DeliveryPorts {
  readonly destinations: readonly Destination[];
  readonly log: DeliveryLog;
  readonly clock: Clock;
}

/** A note is a commit; so many deliveries share one, and are repeated if the process dies before it. */
const NOTE_EVERY = 25;

/** Sends each alert to each destination that has not had it yet. Rejects only when the log of deliveries fails. */
export async function deliverAlerts(
  alerts: readonly Alert[],
  signal: AbortSignal,
  ports: DeliveryPorts,
): Promise<readonly DeliveryOutcome[]> {
  const outcomes: DeliveryOutcome[] = [];
  for (const destination of ports.destinations) outcomes.push(await deliverTo(destination, alerts, signal, ports));
  return outcomes;
}

async function deliverTo(
  destination: Destination,
  alerts: readonly Alert[],
  signal: AbortSignal,
  { log, clock }: DeliveryPorts,
): Promise<DeliveryOutcome> {
  const due = planDeliveries(alerts, await log.read(destination.id));
  const failures: { alertId: string; error: LogkeepError }[] = [];
  let unnoted: Delivery[] = [];
  let [delivered, tried] = [0, 0];
  for (const alert of due) {
    if (signal.aborted) break;
    tried++;
    try {
      await destination.send(alert, signal);
      unnoted.push(toDelivery(alert, destination.id, clock.now()));
      delivered++;
    } catch (thrown) {
      if (signal.aborted) {
        tried--;
        break;
      }
      const error = asDeliveryError(thrown);
      failures.push({ alertId: alert.id, error });
      // It has been tried several times over by now: the next alert would fare no better.
      if (error.retry === "later") break;
    }
    if (unnoted.length >= NOTE_EVERY) {
      await log.append(unnoted);
      unnoted = [];
    }
  }
  if (unnoted.length > 0) await log.append(unnoted);
  const known = alerts.length - due.length;
  return { destination: destination.id, delivered, known, failures, untried: due.length - tried };
}

function toDelivery(alert: Alert, destination: string, deliveredAt: number): Delivery {
  const { id, ruleId, entity, severityId, firstAt, lastAt, findingCount, findingUids } = alert;
  return {
    alertId: id,
    destination,
    ruleId,
    entity,
    severityId,
    firstAt,
    lastAt,
    findingCount,
    findingUids,
    deliveredAt,
  };
}

function asDeliveryError(thrown: unknown): LogkeepError {
  if (isLogkeepError(thrown)) return thrown;
  return new LogkeepError({
    code: "delivery.failed",
    message: "an alert could not be delivered",
    cause: thrown,
    retry: "later",
  });
}
