import type { AllowedPrefix } from "./announcement.ts";

/** The configured sources (`s3://bucket/prefix`) as what messages are held against. The prefix stays as written. */
export function parseAllowedPrefixes(uris: readonly string[]): readonly AllowedPrefix[] {
  return uris.map((uri) => {
    const [bucket = "", ...prefix] = uri.slice("s3://".length).split("/");
    return { bucket, prefix: prefix.join("/") };
  });
}
