/** The words of this folder: an object on its way from the store to a batch. */
import type { ObjectRef } from "../core/object-store.ts";
import type { Source } from "../core/source.ts";
import type { SpoolFormat } from "./raw-relation.ts";
import type { Route } from "./route.ts";

/** A listed object with what its key says. */
export interface RoutedObject {
  readonly ref: ObjectRef;
  readonly route: Route;
}

/** An object that was read, inflated, hashed, framed and spooled. */
export interface OpenedObject {
  readonly kind: "opened";
  readonly ref: ObjectRef;
  readonly route: Route;
  readonly source: Source;
  readonly format: SpoolFormat;
  readonly path: string;
  /** Offset of the spooled bytes in the inflated object; null where they are other bytes. */
  readonly offsetBytes: number | null;
  readonly spooledBytes: number;
  readonly inflatedBytes: number;
  readonly sha256: string;
  /** False where the document does not end right after its records: where they end must be found by reading them. */
  readonly isEndKnown: boolean;
  /** The key whose value the record array is; null where the document is the array itself. */
  readonly arrayKey: string | null;
  /** JSON text of the document's scalars beside the record array. */
  readonly envelope: string;
  readonly largestRecordBytes: number;
  /** Records that the slow path took out; a `null` stands in their place in the spooled array. */
  readonly rejects: readonly RejectedRecord[];
}

/** An object that gives no rows, and why. */
export interface ClosedObject {
  readonly kind: "closed";
  readonly ref: ObjectRef;
  readonly route: Route;
  readonly source: Source | null;
  readonly state: "skipped" | "quarantined" | "duplicate";
  /** A stable dotted code. */
  readonly reason: string;
  readonly detail: string;
  readonly inflatedBytes: number | null;
  readonly sha256: string | null;
  /** Only duplicates: as many as the object of the same content had. */
  readonly recordCount: number | null;
}

/** A record that could not become a row, with its place. */
export interface RejectedRecord {
  readonly ordinal: number;
  /** In the inflated object. */
  readonly offsetBytes: number | null;
  readonly sizeBytes: number | null;
  readonly reason: string;
  readonly detail: string;
  readonly text: string;
}
