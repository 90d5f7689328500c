import path from "node:path";
import type { CompleteDelivery } from "@/features/delivery/receive/insert";
import { Intake, type IntakeOptions } from "@/features/delivery/receive/intake";
import { deliveryJob } from "@/features/delivery/receive/job";
import { watchRecipients } from "@/features/delivery/receive/recipients";
import { writeTally } from "@/features/delivery/receive/tally";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { ensureQueue } from "@/queue/queue";

/** Bytes of a body at most: what GitHub and GitLab send at most. */
export const longestBody = 26_214_400;

const tallyMs = 2_000;
const adoptMs = 15_000;
/** The owner of a file of kept deliveries shows itself more often than this. */
const quietMs = 30_000;

const held = processGlobal<Intake | null>("deliveryIntake", () => null);

function optionsOf(given: Partial<IntakeOptions>): IntakeOptions {
  const { dataDir, webhookSpool } = env();
  const spool = { folder: path.join(dataDir, "deliveries"), limit: webhookSpool * 1_000_000, longestBody };
  return { spool, longestAwayMs: 60_000, commitMs: 3_000, pauseMs: 500, ...given };
}

function intake(): Intake {
  held.value ??= new Intake(optionsOf({}));
  return held.value;
}

/** Make a delivery durable. @returns false when there is no room for it */
export function take(delivery: CompleteDelivery): Promise<boolean> {
  return intake().take(delivery);
}

/**
 * Be ready to receive deliveries: their secrets are read, the queue is open, and what an earlier process had kept on
 * the disk is taken in.
 */
export async function startReceiving(given: Partial<IntakeOptions> = {}): Promise<{ stop(): Promise<void> }> {
  held.value = new Intake(optionsOf(given));
  const opened = held.value;
  const stopWatching = await watchRecipients();
  await ensureQueue(deliveryJob);
  void adopt(opened, 0);
  const timers = [
    setInterval(() => void writeTally(), tallyMs),
    setInterval(() => void adopt(opened, quietMs), adoptMs),
  ];
  for (const timer of timers) timer.unref();
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      stopWatching();
      await opened.stop();
      await writeTally();
    },
  };
}

/** Take in what other processes of this data folder have left on the disk. */
export function adoptKeptDeliveries(): Promise<void> {
  return adopt(intake(), quietMs);
}

async function adopt(opened: Intake, quiet: number): Promise<void> {
  try {
    await opened.adopt(quiet);
  } catch (error) {
    log.warn(described(error), "deliveries that were kept on the disk are taken in later");
  }
}
