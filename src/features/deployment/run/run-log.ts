import { db } from "@/db/client";
import { retryOnDatabaseOutage } from "@/db/outage";
import { changeChannel } from "@/features/deployment/announce";
import type { StepName } from "@/features/deployment/contract";
import type { Lease } from "@/features/deployment/lease";
import { safeLine } from "@/features/deployment/run/log-text";
import { log } from "@/lib/log";
import { redactor } from "@/lib/redact";

export type Stream = "out" | "err" | "info";

interface Line {
  at: string;
  step: StepName;
  stream: Stream;
  text: string;
}

const flushMs = 200;
const batchLines = 500;

/** Limits of the log of one deployment. The final lines of Slipway itself are always written. */
const logLimits = { lines: 20_000, bytes: 5_000_000 };

/** The log of one deployment: lines are made safe, cleaned of secrets, counted and written in batches. */
export class RunLog {
  step: StepName = "resolve";
  readonly #lease: Lease;
  readonly #secrets: string[] = [];
  #hide: (text: string) => string = (text) => text;
  #lines = 0;
  #bytes = 0;
  #cut = false;
  #waiting: Line[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  /** Mask these secrets from now on. */
  hide(secrets: readonly (string | null | undefined)[]): void {
    this.#secrets.push(...secrets.filter((secret): secret is string => Boolean(secret)));
    this.#hide = redactor({ secrets: this.#secrets });
  }

  /** A line of Slipway itself. */
  info(text: string): void {
    this.#put("info", text);
  }

  /** One line of a program. */
  line(stream: "out" | "err", text: string): void {
    if (this.#cut) return;
    const safe = safeLine(this.#hide(text));
    this.#lines += 1;
    this.#bytes += Buffer.byteLength(safe);
    if (this.#lines > logLimits.lines || this.#bytes > logLimits.bytes) this.#cutHere();
    else this.#put(stream, safe);
  }

  #cutHere(): void {
    this.#cut = true;
    this.info("The output is longer than is kept here. What follows was left out; the program goes on.");
  }

  #put(stream: Stream, text: string): void {
    const safe = stream === "info" ? safeLine(this.#hide(text)) : text;
    this.#waiting.push({ at: new Date().toISOString(), step: this.step, stream, text: safe });
    if (this.#waiting.length >= batchLines) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushMs);
  }

  /** Write buffered lines. Batches are written one after the other, so that ids grow with time. Never throws. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#waiting.splice(0);
    if (lines.length === 0) return;
    try {
      await retryOnDatabaseOutage(() => insert(this.#lease, lines)); // a line twice is better than none
    } catch {
      log.warn(
        { deploymentId: this.#lease.deploymentId, lines: lines.length },
        "log lines could not be kept",
      );
    }
  }
}

/** Nothing is written for a process that has lost the deployment. */
async function insert({ organizationId, deploymentId, fence }: Lease, lines: Line[]): Promise<void> {
  await db().$queryRaw`
    WITH held AS (
      SELECT 1 FROM "deployment"
      WHERE "deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "status" = 'running'
    ), put AS (
      INSERT INTO "deployment_log" ("organizationId", "deploymentId", "at", "step", "stream", "text")
      SELECT ${organizationId}, ${deploymentId}, line."at"::timestamptz, line."step", line."stream", line."text"
      FROM unnest(
        ${lines.map((line) => line.at)}::text[], ${lines.map((line) => line.step)}::text[],
        ${lines.map((line) => line.stream)}::text[], ${lines.map((line) => line.text)}::text[]
      ) WITH ORDINALITY AS line("at", "step", "stream", "text", "place"), held
      ORDER BY line."place"
    )
    SELECT pg_notify(${changeChannel}, ${deploymentId})::text AS "notified"`;
}
