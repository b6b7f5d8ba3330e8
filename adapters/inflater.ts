import type { Inflater } from "../core/inflater.ts";
import { nodeInflater } from "./node-inflater.ts";

/**
 * The inflater of this machine. It is `node:zlib` everywhere: the native add-on `zlib-sync` is no faster than one call
 * with a buffer of the right size, never frees its streams, and ends the process under Node 24
 * (docs/adr/010-inflate-with-node-zlib.md).
 */
export async function loadInflater(): Promise<Inflater> {
  return nodeInflater();
}
