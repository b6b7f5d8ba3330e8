/** Types that the senders' formats share, for the schemas of this folder. */
import { z } from "zod";
import { type NotUnderstood, notUnderstood } from "./announcement.ts";

/** Goes into a request's header: printable, and no quotes but around it. */
export const etagField = z.string().regex(/^"?[\x21\x23-\x7e]{1,256}"?$/, "must be an ETag");

/** Goes into a request's query. */
export const versionIdField = z.string().regex(/^[\x21-\x7e]{1,1024}$/, "must be a version id");

/** Bytes. */
export const sizeField = z.int().nonnegative();

/** Which field is at fault, and how; Zod's words name types, never content. */
export function badRecord(error: z.ZodError): NotUnderstood {
  const [issue] = error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  return notUnderstood("notification.bad-record", `${field === "" ? "record" : field}: ${issue?.message ?? "wrong"}`);
}
