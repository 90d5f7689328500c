import type { z } from "zod";

/** A kind of background job: its name, its payload and its retries. The payload holds ids only, no secret. */
export interface Job<Payload extends object> {
  /** Letters, digits and dashes; also the name of the queue. */
  name: string;
  payload: z.ZodType<Payload>;
  /** Tries after the first one failed, with growing pauses. */
  retries: number;
  /** The pause after the first try; it doubles up to the longest. 2 and 60 unless given. */
  firstPauseSeconds?: number;
  longestPauseSeconds?: number;
}

/** Define a job separately from its worker, so that any code can enqueue it. */
export function defineJob<Payload extends object>(job: Job<Payload>): Job<Payload> {
  return job;
}
