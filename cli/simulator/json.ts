/** A JSON value that the simulator writes. `undefined` members are left out by `JSON.stringify`. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; undefined members are left out when it is written. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
