import { z } from "zod";

// By shape, not by class: the server bundles may hold the Prisma classes twice.
const Failure = z.object({ code: z.string().optional(), name: z.string().optional(), message: z.string() });

/** Codes of Prisma, PostgreSQL and the socket that say the server is away, starting, stopping or full. */
const away =
  /^(P1001|P1002|P1008|P1017|P2024|08\w{3}|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
/** Prisma tells the code of PostgreSQL in the message only. */
const spoken =
  /timeout exceeded when trying to connect|Connection terminated|Code: `(08\w{3}|57P0[123]|53300)`/;

/** Whether an error of a query means that the database cannot be reached now, so that trying later can help. */
export function isOutage(error: unknown): boolean {
  const failure = Failure.safeParse(error).data;
  if (!failure) return false;
  return (failure.code !== undefined && away.test(failure.code)) || spoken.test(failure.message);
}
