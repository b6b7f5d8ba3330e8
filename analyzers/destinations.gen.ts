// Rendered from the files of analyzers/destinations by `npm run gen`. Do not edit.
import file from "./destinations/file.ts";
import terminal from "./destinations/terminal.ts";
import webhook from "./destinations/webhook.ts";
import { type DestinationEntry, destinationEntry } from "./open-destination.ts";

/** Every kind of alert destination, in the order of their ids. */
export const DESTINATIONS: readonly DestinationEntry[] = [
  destinationEntry(file),
  destinationEntry(terminal),
  destinationEntry(webhook),
];
