import { z } from "zod";

// By shape, not by class: the server bundles may hold the Prisma classes twice.
const Failure = z.object({
  code: z.string(),
  meta: z
    .object({
      driverAdapterError: z
        .object({
          cause: z.object({
            kind: z.string().optional(),
            constraint: z
              .object({ index: z.string().optional(), fields: z.array(z.string()).optional() })
              .optional(),
          }),
        })
        .optional(),
    })
    .optional(),
});

/** What a unique constraint refused: its name or its columns; null when the error is anything else. */
export function uniqueViolation(error: unknown): string | null {
  return violation(error, "P2002", "UniqueConstraintViolation");
}

/** What a foreign key refused: its name; null when the error is anything else. */
export function foreignViolation(error: unknown): string | null {
  return violation(error, "P2003", "ForeignKeyConstraintViolation");
}

/** Whether an update or delete found no row. */
export function rowMissing(error: unknown): boolean {
  return Failure.safeParse(error).data?.code === "P2025";
}

/** Whether PostgreSQL ended this transaction because of a conflict with another; running it again can help. */
export function isSerializationFailure(error: unknown): boolean {
  return Failure.safeParse(error).data?.code === "P2034";
}

/** @param kind how the driver names it: all that tells in a raw statement */
function violation(error: unknown, code: string, kind: string): string | null {
  const failure = Failure.safeParse(error).data;
  const cause = failure?.meta?.driverAdapterError?.cause;
  if (failure?.code !== code && !(failure?.code === "P2010" && cause?.kind === kind)) return null;
  return cause?.constraint?.index ?? cause?.constraint?.fields?.join(",") ?? "";
}
