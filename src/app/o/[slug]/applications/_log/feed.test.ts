import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogFeed, type WatchEvents } from "@/app/o/[slug]/applications/_log/feed";
import type { Deployment, LogLine } from "@/features/deployment/contract";

function line(id: number): LogLine {
  return { id: String(id), at: "2026-01-01T00:00:00.000Z", step: "build", stream: "out", text: `line ${id}` };
}

function deployment(status: Deployment["status"]): Deployment {
  return {
    deploymentId: "d",
    applicationId: "a",
    environmentId: "e",
    environment: "production",
    status,
    commit: null,
    ref: "main",
    trigger: "manual",
    actor: null,
    promotedFromId: null,
    steps: [],
    reason: null,
    warnings: [],
    createdAt: "2026-01-01T00:00:00.000Z",
    startedAt: null,
    finishedAt: null,
    url: null,
  };
}

/** A server with some stored lines; `events` is the open subscription. */
function server(stored: number[]) {
  const self = {
    stored,
    status: "running" as Deployment["status"],
    events: null as WatchEvents | null,
    after: undefined as string | undefined,
    told: [] as string[],
  };
  const feed = new LogFeed({
    logs: async (cursor) => {
      const items = self.stored.filter((id) => id > Number(cursor ?? 0)).map(line);
      return { items, nextCursor: null, done: self.status !== "running" };
    },
    one: async () => deployment(self.status),
    watch: (after, events) => {
      self.events = events;
      self.after = after;
      return () => {
        self.events = null;
      };
    },
    onEnd: () => self.told.push("end"),
    onDeployment: (change) => self.told.push("status" in change ? change.status.status : change.step.name),
  });
  const ids = () => feed.state().lines.map((each) => each.id);
  return { self, feed, ids };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("following a log", () => {
  it("reads what is stored and follows from its last line", async () => {
    const { self, feed, ids } = server([1, 2]);
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    expect(self.after).toBe("2");
    self.events?.event({ line: line(3) });
    await vi.advanceTimersByTimeAsync(100);
    expect(ids()).toEqual(["1", "2", "3"]);
    expect(feed.state().mode).toBe("live");
  });

  it("only reads a deployment that has ended", async () => {
    const { self, feed, ids } = server([1]);
    self.status = "failed";
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    expect(feed.state().mode).toBe("ended");
    expect(ids()).toEqual(["1"]);
    expect(self.told).toEqual(["end"]);
    expect(self.events).toBeNull();
  });

  it("reads the rest after the end event, and closes the connection", async () => {
    const { self, feed, ids } = server([1]);
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    Object.assign(self, { stored: [1, 2], status: "succeeded" });
    self.events?.event({ status: deployment("succeeded") });
    await vi.advanceTimersByTimeAsync(100);
    expect(ids()).toEqual(["1", "2"]);
    expect(feed.state().mode).toBe("ended");
    expect(self.told).toEqual(["succeeded", "end"]);
    expect(self.events).toBeNull();
  });

  it("polls while the connection is lost, and shows no line twice when it is back", async () => {
    const { self, feed, ids } = server([1]);
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    self.events?.lost();
    self.stored = [1, 2];
    await vi.advanceTimersByTimeAsync(4_100);
    expect(feed.state().mode).toBe("polling");
    expect(ids()).toEqual(["1", "2"]);
    self.events?.event({ line: line(2) });
    self.events?.event({ line: line(3) });
    await vi.advanceTimersByTimeAsync(100);
    expect(feed.state().mode).toBe("live");
    expect(ids()).toEqual(["1", "2", "3"]);
  });

  it("does not poll during a short loss of the connection", async () => {
    const { self, feed } = server([1]);
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    self.events?.lost();
    await vi.advanceTimersByTimeAsync(1_000);
    self.events?.found();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(feed.state().mode).toBe("live");
    expect(self.told).toEqual([]);
  });

  it("polls to the end where subscriptions do not work", async () => {
    const { self, feed, ids } = server([]);
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    self.events?.failed();
    self.stored = [1];
    await vi.advanceTimersByTimeAsync(2_100);
    expect(feed.state().mode).toBe("polling");
    Object.assign(self, { stored: [1, 2], status: "cancelled" });
    await vi.advanceTimersByTimeAsync(2_100);
    expect(ids()).toEqual(["1", "2"]);
    expect(feed.state().mode).toBe("ended");
    expect(self.told).toContain("cancelled");
  });

  it("stops with its last subscriber", async () => {
    const { self, feed } = server([1]);
    const leave = feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    leave();
    expect(self.events).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});
