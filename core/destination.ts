import type { z } from "zod";
import type { Alert } from "./alert.ts";
import type { Clock } from "./clock.ts";
import type { HttpClient } from "./http-client.ts";

/** Takes whole lines of text that are safe to print. */
export interface TextSink {
  write(text: string): Promise<void>;
}

/**
 * Appends to files. `appendLines` is durable when it resolves, and leaves whole lines only: what an earlier crash left
 * of a line is cut off before anything is added. Fails with `file.append-failed` (retry later).
 */
export interface LineFiles {
  appendLines(path: string, lines: readonly string[]): Promise<void>;
}

/** What destinations act through. */
export interface DestinationPorts {
  readonly terminal: TextSink;
  readonly files: LineFiles;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/**
 * A place that alerts go to. `send` resolves when the destination has accepted the alert, and then only; it may send the
 * same alert twice, which receivers tell by its id. Errors: `delivery.failed` (retry later) or `delivery.refused`
 * (retry never).
 */
export interface Destination {
  readonly id: string;
  send(alert: Alert, signal?: AbortSignal): Promise<void>;
}

/** A kind of destination: its configuration, and how an alert looks there. Inert. */
export interface DestinationDefinition<Config> {
  /** The file's name. */
  readonly id: string;
  readonly doc: string;
  /** Each option has its help as the schema's description. */
  readonly config: z.ZodType<Config>;
  /** The text that is sent: pure, the same for the same alert. */
  readonly render: (alert: Alert, config: Config) => string;
  readonly open: (config: Config, ports: DestinationPorts) => Destination;
}
