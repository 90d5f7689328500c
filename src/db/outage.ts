import { z } from "zod";
import { isDiskError } from "@/lib/disk";
import { retry } from "@/lib/retry";

// By shape, not by class: the server bundles may hold the Prisma classes twice.
const Failure = z.object({ code: z.string().optional(), name: z.string().optional(), message: z.string() });

/** Codes of Prisma, PostgreSQL and the socket that say the server is away, starting, stopping or full. */
const away =
  /^(P1001|P1002|P1008|P1017|P2024|08\w{3}|57P0[123]|53[0234]00|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
/** Prisma gives the error code of PostgreSQL in the message only. */
const spoken =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|Code: `(08\w{3}|57P0[123]|53[0234]00)`/;

/** Whether a statement waited too long for a row or table that something else holds; trying later can help. */
export function isLockTimeout(error: unknown): boolean {
  const failure = Failure.safeParse(error).data;
  return failure?.code === "55P03" || /`55P03`/.test(failure?.message ?? "");
}

/** Whether the server could not write because its disk is full (SQLSTATE 53100), or the error is such a one of a file. */
export function isDiskFull(error: unknown): boolean {
  const failure = Failure.safeParse(error).data;
  return (
    isDiskError(error) ||
    failure?.code === "53100" ||
    /`53100`|No space left on device/.test(failure?.message ?? "")
  );
}

/** Whether an error of a query means that the database cannot be reached now, so that trying later can help. */
export function isOutage(error: unknown): boolean {
  const failure = Failure.safeParse(error).data;
  if (!failure) return false;
  return (failure.code !== undefined && away.test(failure.code)) || spoken.test(failure.message);
}

const pausesMs = [250, 500, 1_000, 2_000, 4_000, 8_000];
/** A transaction that waited too long, or that PostgreSQL ended because of a conflict with another. */
const crowded = /^(P2028|P2034|40001|40P01|55P03)$/;
/** The same of a raw statement. */
const spokenCrowded = /Code: `(40001|40P01|55P03)`/;

/**
 * Read or write something although the database may be away for a moment. A write must be repeatable, since the
 * first one may have succeeded and only its answer been lost.
 * @throws at once what is refused for a reason
 */
export function retryOnDatabaseOutage<T>(work: () => Promise<T>): Promise<T> {
  return retry(work, (error, failures) =>
    mayPass(error) && !isOfFiles(error) ? (pausesMs[failures - 1] ?? null) : null,
  );
}

function mayPass(error: unknown): boolean {
  const { code = "", message = "" } = Failure.safeParse(error).data ?? {};
  return isOutage(error) || crowded.test(code) || spokenCrowded.test(message);
}

/** A missing file and a missing socket of the server have the same code. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}
