import type { Destination, DestinationDefinition, DestinationPorts } from "../core/destination.ts";
import { usageError } from "../core/errors.ts";

/** A destination whose configuration has been hidden, as the generated catalog lists it. */
export interface DestinationEntry {
  readonly id: string;
  readonly doc: string;
  /** Checks the configuration, then opens. Throws `cli.usage` with one fact for each faulty option, never its value. */
  readonly open: (config: unknown, ports: DestinationPorts) => Destination;
}

/** Hides a definition's configuration type, so that definitions of all kinds stand in one list. */
export function destinationEntry<Config>(definition: DestinationDefinition<Config>): DestinationEntry {
  const { id, doc } = definition;
  const open = (config: unknown, ports: DestinationPorts): Destination => {
    const parsed = definition.config.safeParse(config);
    if (parsed.success) return definition.open(parsed.data, ports);
    const faults = parsed.error.issues.map((issue) => [`${id}.${issue.path.join(".")}`, issue.message]);
    throw usageError("a destination's configuration is not valid", undefined, Object.fromEntries(faults));
  };
  return { id, doc, open };
}
