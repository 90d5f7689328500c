import { describe, expect, it } from "vitest";
import { bulkhead } from "@/lib/bulkhead";

/** Work that ends when the test says so. */
function held() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = false;
  const work = async () => {
    begun = true;
    await ended;
  };
  return { work, end, hasBegun: () => begun };
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("a bulkhead", () => {
  it("runs up to its limit at once and the rest in the order of arrival", async () => {
    const { run } = bulkhead({ atOnce: 2, waiting: 10, waitMs: 1_000 });
    const tasks = [held(), held(), held(), held()];
    const all = tasks.map(({ work }) => run("a", work));
    await tick();
    expect(tasks.map((task) => task.hasBegun())).toEqual([true, true, false, false]);
    tasks[1]?.end();
    await tick();
    expect(tasks.map((task) => task.hasBegun())).toEqual([true, true, true, false]);
    for (const task of tasks) task.end();
    await Promise.all(all);
  });

  it("lets work on one key run while another key hangs", async () => {
    const { run } = bulkhead({ atOnce: 1, waiting: 100, waitMs: 1_000 });
    const stuck = held();
    const hanging = Array.from({ length: 50 }, () => run("slow", stuck.work));
    expect(await run("quick", async () => "done")).toBe("done");
    stuck.end();
    await Promise.all(hanging);
  });

  it("refuses work that waited too long or found the queue full", async () => {
    const { run } = bulkhead({ atOnce: 1, waiting: 1, waitMs: 20 });
    const stuck = held();
    const first = run("a", stuck.work);
    const second = run("a", async () => "never");
    const busy = { code: "unavailable", reason: { code: "host_busy" } };
    await expect(run("a", async () => "never")).rejects.toMatchObject(busy);
    await expect(second).rejects.toMatchObject(busy);
    stuck.end();
    await first;
    expect(await run("a", async () => "free again")).toBe("free again");
  });

  it("frees its slot when work fails, and forgets keys without work", async () => {
    const limited = bulkhead({ atOnce: 1, waiting: 1, waitMs: 20 });
    const fail = () => limited.run("a", () => Promise.reject(new Error("no")));
    for (let n = 0; n < 3; n++) await expect(fail()).rejects.toThrow("no");
    expect(limited.size).toBe(0);
  });
});
