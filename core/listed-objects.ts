/** Objects of a series that were seen where they are delivered, and are not decided on. */
export interface ListedObjects {
  /** Null: no source knows their keys, so that they may be of any. */
  readonly source: string | null;
  /** Null: the keys name none. */
  readonly account: string | null;
  readonly region: string | null;
  readonly objects: number;
  /** The first and the last delivery, by their keys; null: some keys tell no time. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}
