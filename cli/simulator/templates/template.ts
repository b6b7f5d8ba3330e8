import type { EventContext, EventPayload, EventShape } from "../record.ts";
import type { ActorKind } from "../sessions.ts";

/** An ordinary call: how often it is made, by whom, and what a record of it holds. */
export interface EventTemplate extends EventShape {
  /** Relative to the other templates of the same actor. */
  readonly weight: number;
  readonly by: readonly ActorKind[];
  /** True for services whose events are all logged in us-east-1. */
  readonly isGlobal?: boolean;
  readonly draw: (context: EventContext) => EventPayload;
}

/** A call that only reads: most have an explicit null as response. */
export function reads(
  source: string,
  name: string,
  weight: number,
  by: readonly ActorKind[],
  draw: EventTemplate["draw"],
  more: Partial<EventTemplate> = {},
): EventTemplate {
  return { source, name, weight, by, draw, readOnly: true, ...more };
}

/** A call that changes something. */
export function writes(
  source: string,
  name: string,
  weight: number,
  by: readonly ActorKind[],
  draw: EventTemplate["draw"],
  more: Partial<EventTemplate> = {},
): EventTemplate {
  return { source, name, weight, by, draw, readOnly: false, ...more };
}

/** An ARN in the context's account and region. */
export function arnOf(context: EventContext, service: string, resource: string): string {
  return `arn:aws:${service}:${context.region}:${context.account.id}:${resource}`;
}

/** A call without parameters and without an answer. */
export const NOBODY_ASKED: EventPayload = { request: null };
/** Everyone who runs inventories: scanners, pipelines, people in the console, AWS Config. */
export const INVENTORY: readonly ActorKind[] = ["person", "automation", "service-role"];
export const WORKLOADS: readonly ActorKind[] = ["instance", "function"];
export const BUILDERS: readonly ActorKind[] = ["automation"];
