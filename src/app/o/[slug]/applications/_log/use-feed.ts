"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";
import { type FeedState, LogFeed } from "@/app/o/[slug]/applications/_log/feed";
import { isUnderway } from "@/client/deployment-pill";
import { useTRPC, useTRPCClient } from "@/client/trpc";
import type { Deployment } from "@/features/deployment/contract";

/** The log of a deployment as it grows. Changes of the deployment are written into its query. */
export function useFeed(deploymentId: string): FeedState {
  const feed = useMakeFeed(deploymentId);
  return useSyncExternalStore(feed.subscribe, feed.state, feed.state);
}

function useMakeFeed(deploymentId: string): LogFeed {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [feed] = useState(() => {
    const queryKey = trpc.deployment.one.queryKey({ deploymentId });
    return new LogFeed({
      logs: (cursor) => client.deployment.logs.query({ deploymentId, cursor, limit: 1000 }),
      one: () => client.deployment.one.query({ deploymentId }),
      watch: (after, events) =>
        client.deployment.watch.subscribe(
          { deploymentId, lastEventId: after },
          {
            onData: ({ data }) => events.event(data),
            onConnectionStateChange: ({ state, error }) => {
              if (state === "connecting" && error) events.lost();
              if (state === "pending") events.found();
            },
            onComplete: events.ended,
            onError: events.failed,
          },
        ).unsubscribe,
      // It may have ended between the reading of its state and that of its log.
      onEnd: () => {
        const known = queries.getQueryData<Deployment>(queryKey);
        if (!known || isUnderway(known.status)) void queries.invalidateQueries({ queryKey });
      },
      onDeployment: (change) =>
        queries.setQueryData<Deployment>(queryKey, (before) =>
          "status" in change ? change.status : before && withStep(before, change.step),
        ),
    });
  });
  return feed;
}

function withStep(deployment: Deployment, step: Deployment["steps"][number]): Deployment {
  return { ...deployment, steps: deployment.steps.map((each) => (each.name === step.name ? step : each)) };
}
