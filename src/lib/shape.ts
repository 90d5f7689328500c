import { z } from "zod";

/**
 * Opaque id of at most 64 characters. Anything longer or malformed is simply not found, never an error of its own.
 */
export const Id = z.string().overwrite((text) => (/^[\x21-\x7e]{1,64}$/.test(text) ? text : noId));

/** No row has this id. */
const noId = "-";

/** An instant as ISO-8601 text, in and out. In the years that calendars, databases and hosts agree on. */
export const Instant = z.iso
  .datetime({ offset: true })
  .refine((text) => isCommonDate(new Date(text)), "Give a time in the years 1 to 9999.");

/**
 * Whether a time lies in the years 1 to 9999: ISO 8601 has no common form for others, and the database refuses
 * them.
 */
export function isCommonDate(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/**
 * A name people give to things. Inner text is free; white space at its edges, control characters, signs that turn
 * the direction of text and separators of lines are not: they could make one name look like another in a list or a
 * log.
 */
export const Name = z
  .string()
  .trim()
  .min(1, "Give a name.")
  .max(100, "At most 100 characters.")
  .regex(
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*$/u,
    "Control characters, and signs that change lines or the direction of text, cannot be used.",
  );

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email("This is not an e-mail address."));

/** A field that may be left out; null is the same as leaving it out. */
export function optional<Value extends z.ZodType>(value: Value) {
  return value
    .nullish()
    .transform((given) => given ?? undefined)
    .optional();
}

/** A field that has a value of its own when it is left out or null. */
export function otherwise<Value extends string | number | boolean>(
  value: z.ZodType<Value, Value>,
  fallback: NoInfer<Value>,
) {
  return value
    .nullable()
    .default(fallback)
    .transform((given) => given ?? fallback);
}

/** Cursor and size of a list. Cursors are opaque and bound to the query and the organization. */
export const PageQuery = z.object({
  cursor: z.string().max(512).nullish(),
  limit: otherwise(z.number().int().min(1).max(100), 30),
});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A stored reason with its message, as every answer shows it. */
export const ReasonShape = z.object({ code: z.string(), message: z.string() });

/** The answer of a procedure without a result: `{}`. */
export const Nothing = z.object({});
export type Nothing = z.infer<typeof Nothing>;
