import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { db, pool, transaction } from "@/db/client";
import { enqueue } from "@/queue/enqueue";
import { defineJob } from "@/queue/job";
import { closeQueue, openQueue } from "@/queue/queue";
import { work } from "@/queue/work";

testDatabase();
afterAll(() => closeQueue());

const Note = z.object({ id: z.string() });
const job = (name: string) => defineJob({ name, payload: Note, retries: 2 });

async function jobsOf(name: string): Promise<{ id: string }[]> {
  const { rows } = await pool().query("SELECT data FROM queue.job WHERE name = $1", [name]);
  return rows.map((row) => row.data);
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !done(); tries++) await sleep(25);
  expect(done()).toBe(true);
}

describe("a job", () => {
  it("is enqueued when its transaction commits", async () => {
    await transaction((tx) => enqueue(tx, job("kept"), { id: "a" }));
    expect(await jobsOf("kept")).toEqual([{ id: "a" }]);
  });

  it("is not enqueued when its transaction rolls back", async () => {
    const failing = transaction(async (tx) => {
      await enqueue(tx, job("dropped"), { id: "a" });
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await jobsOf("dropped")).toEqual([]);
  });

  it("is not seen by a worker before the transaction ends", async () => {
    const seen: string[] = [];
    const stop = await work(job("early"), { concurrency: 1 }, async ({ id }) => void seen.push(id));
    await transaction(async (tx) => {
      await enqueue(tx, job("early"), { id: "a" });
      await sleep(300);
      expect(seen).toEqual([]);
    });
    await until(() => seen.length === 1);
    await stop();
  });

  it("stores only the fields that its definition names", async () => {
    const extra = { id: "a", token: "glpat-secret" };
    await enqueue(db(), job("plain"), extra);
    expect(await jobsOf("plain")).toEqual([{ id: "a" }]);
  });

  it("is tried again after a failure, and its error text never reaches the database", async () => {
    let calls = 0;
    const stop = await work(job("again"), { concurrency: 1 }, async () => {
      calls++;
      if (calls === 1) throw new Error("postgres://user:hunter2@host/db");
    });
    await enqueue(db(), job("again"), { id: "a" });
    await until(() => calls === 2);
    const { rows } = await pool().query("SELECT output::text AS text FROM queue.job WHERE name = 'again'");
    expect(JSON.stringify(rows)).not.toContain("hunter2");
    await stop();
  });

  it("runs once, also with several workers", async () => {
    const seen: string[] = [];
    const stop = await work(job("many"), { concurrency: 4 }, async ({ id }) => void seen.push(id));
    await transaction(async (tx) => {
      for (let n = 0; n < 40; n++) await enqueue(tx, job("many"), { id: String(n) });
    });
    await until(() => seen.length >= 40);
    await sleep(100);
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);
    await stop();
  });
});

it("the queue is opened once, also when many callers open it at the same time", async () => {
  const [one, two] = await Promise.all([openQueue(), openQueue()]);
  expect(one).toBe(two);
});
