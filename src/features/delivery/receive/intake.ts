import { pool } from "@/db/client";
import { commitTogether, GroupCommit, mayPass } from "@/features/delivery/receive/group-commit";
import type { CompleteDelivery } from "@/features/delivery/receive/insert";
import { Spool, type SpoolOptions } from "@/features/delivery/receive/spool";
import { described } from "@/lib/described";
import { log } from "@/lib/log";

export interface IntakeOptions {
  spool: SpoolOptions;
  /** How long deliveries are kept on the disk after the database went away, before they are refused. */
  longestAwayMs: number;
  /** How long a transaction may take before the database counts as away. */
  commitMs: number;
  /** Between two tries to reach the database. */
  pauseMs: number;
}

/**
 * `direct`: deliveries go into the database. `away`: they go to the disk, for a while. `draining`: the database is back,
 * and they go to the disk until those before them are in the database.
 */
type Mode = { name: "direct" } | { name: "away"; since: number } | { name: "draining" };

/** Makes each delivery durable before its host is answered: in the database, or on the disk while that is away. */
export class Intake {
  private mode: Mode = { name: "direct" };
  private draining: Promise<void> | null = null;
  private stopping = false;
  private readonly group: GroupCommit;
  private readonly spool: Spool;
  private readonly options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.options = options;
    this.group = new GroupCommit(options.commitMs);
    this.spool = new Spool(options.spool);
  }

  /**
   * Resolves when the delivery is durable.
   * @returns false when it has to be refused: the database was away for too long, or the disk has no room
   */
  async take(delivery: CompleteDelivery): Promise<boolean> {
    if (this.mode.name !== "direct" || this.stopping) return this.keep(delivery);
    try {
      await this.group.commit(delivery);
      return true;
    } catch (error) {
      if (!mayPass(error)) throw error;
      this.lose(error);
      return this.keep(delivery);
    }
  }

  private async keep(delivery: CompleteDelivery): Promise<boolean> {
    const { mode } = this;
    if (mode.name === "away" && Date.now() - mode.since > this.options.longestAwayMs) return false;
    try {
      await this.spool.append(delivery);
      return true;
    } catch (error) {
      log.warn(described(error), "a delivery could not be kept on the disk");
      return false;
    }
  }

  private lose(error: unknown): void {
    if (this.mode.name !== "away") {
      log.warn(described(error), "the database is away: deliveries are kept on the disk");
      this.mode = { name: "away", since: Date.now() };
    }
    if (!this.stopping) this.draining ??= this.drainAll();
  }

  private async drainAll(): Promise<void> {
    while (this.mode.name !== "direct" && !this.stopping) {
      if (await this.drainSome()) continue;
      await this.spool.touch();
      await new Promise((resolve) => setTimeout(resolve, this.options.pauseMs).unref());
    }
    this.draining = null;
  }

  /** @returns whether the database took what was given to it */
  private async drainSome(): Promise<boolean> {
    try {
      const { deliveries, done } = await this.spool.read();
      if (deliveries.length > 0) await this.commitKept(deliveries);
      else await pool().query("SELECT 1");
      done();
      this.mode = { name: "draining" };
      if (!this.spool.isEmpty) return true;
      // Nothing can be appended between the question and this.
      this.mode = { name: "direct" };
      await this.spool.finish();
      log.info("the database is back: all kept deliveries are in it");
      return true;
    } catch (error) {
      if (!mayPass(error)) log.error(described(error), "kept deliveries could not be taken in");
      if (this.mode.name === "draining") this.mode = { name: "away", since: Date.now() };
      return false;
    }
  }

  /** One that the database refuses for good is left out, or nothing behind it would ever be taken in. */
  private async commitKept(deliveries: CompleteDelivery[]): Promise<void> {
    try {
      await commitTogether(deliveries, this.options.commitMs);
    } catch (error) {
      if (mayPass(error)) throw error;
      for (const one of deliveries) await this.commitOne(one);
    }
  }

  private async commitOne(delivery: CompleteDelivery): Promise<void> {
    try {
      await commitTogether([delivery], this.options.commitMs);
    } catch (error) {
      if (mayPass(error)) throw error;
      const { deliveryId, sourceId } = delivery;
      log.error({ deliveryId, sourceId, ...described(error) }, "a kept delivery cannot be taken in");
    }
  }

  /** Take in what other processes left on the disk, or this one before it was started again. */
  async adopt(quietMs: number): Promise<void> {
    if (this.mode.name !== "direct") return;
    await this.spool.adopt((deliveries) => this.commitKept(deliveries), quietMs);
  }

  /** From now on deliveries go to the disk; what is there is taken in after the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.draining;
    await this.group.idle();
    await this.spool.leave();
  }
}
