import { z } from "zod";

/** One setting: where it is read from, what it may be, and what it is when nothing is given. */
export interface OptionDefinition<T> {
  readonly env: string;
  readonly help: string;
  readonly schema: z.ZodType<T>;
  /** The value when nothing is given; may depend on the data folder. */
  readonly fallback: (dataFolder: string) => T;
  readonly isSecret?: boolean;
}

/** A whole number within bounds, from text. */
export const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

/** An address that requests go to. */
export const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https address" });

/** A path of this machine. */
export const path = z
  .string()
  .min(1)
  .refine((text) => !text.includes("\0"), "must not hold a NUL");
