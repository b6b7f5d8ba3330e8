import { LogkeepError } from "../core/errors.ts";

/** Whether a text is a path below the lake's root that leads nowhere else. */
export function isLakePath(path: string): boolean {
  if (path.includes("\0") || path.includes("\\")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** The parts of a path below the lake's root. Throws `lake.bad-path` for one that could lead elsewhere. */
export function lakePathParts(path: string): readonly string[] {
  if (isLakePath(path)) return path.split("/");
  throw new LogkeepError({ code: "lake.bad-path", message: "a path leads out of the lake's folder" });
}
