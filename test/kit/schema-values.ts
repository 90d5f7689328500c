import fc from "fast-check";
import { z } from "zod";

/** The value of each field that a schema does not declare. */
export const undeclared = "secret-undeclared";

/** Texts of which every format that our answers have accepts one. */
const texts = [
  "2026-11-30T17:58:54.007Z",
  "2026-11-30",
  "https://example.com/page",
  "ada@example.com",
  "0123456789abcdef0123456789abcdef01234567",
  'Some words, "quoted" \u2028 and \ud83d\ude00',
  "",
];
const leaves = [...texts, 0, 1, 42, 1.5, true, false, null, undefined];

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
}

/** Values that a schema accepts, with fields in every object that it does not declare. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { type, shape, element, innerType, valueType, options } = schema._zod.def as unknown as Definition;
  if (type === "object" && shape) return objectOf(shape);
  if (type === "array" && element) return fc.array(arbitraryOf(element), { maxLength: 2 });
  if (type === "record" && valueType) return fc.dictionary(fc.constantFrom("a", "b"), arbitraryOf(valueType));
  if (type === "union" && options) return fc.oneof(...options.map(arbitraryOf));
  if (type === "nullable" && innerType) return fc.option(arbitraryOf(innerType), { nil: null });
  if (type === "optional" && innerType) return fc.option(arbitraryOf(innerType), { nil: undefined });
  return leafOf(schema);
}

function objectOf(shape: Record<string, z.ZodType>): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape).map(([name, schema]) => [name, arbitraryOf(schema)]);
  return fc.record({ ...Object.fromEntries(fields), accessTokenSealed: fc.constant(undeclared) });
}

/**
 * Values that the schema returns unchanged, since answers must not be changed by it.
 * @throws when none is known
 */
function leafOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { entries = {}, values = [] } = schema._zod.def as { entries?: object; values?: unknown[] };
  const fitting = [...leaves, ...Object.values(entries), ...values].filter((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success && parsed.data === value;
  });
  if (fitting.length === 0)
    throw new Error(`no value is known for ${JSON.stringify(z.toJSONSchema(schema))}`);
  return fc.constantFrom(...fitting);
}
