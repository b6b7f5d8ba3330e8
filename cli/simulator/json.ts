/** A JSON value that the simulator writes. `undefined` members are left out by `JSON.stringify`. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
