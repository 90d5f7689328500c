"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useRef } from "react";
import { Bar } from "@/app/_shell/bar";
import { useConnection } from "@/client/connection";
import { keepDraftsFor } from "@/client/drafts";
import { useMe } from "@/client/me";
import { useSwitched } from "@/client/organization";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";

// Loaded on demand, except for the text shown without a connection, which could not be loaded then.
const InterruptionBar = dynamic(
  () => import("@/app/_shell/interruption-bar").then((module) => module.InterruptionBar),
  { ssr: false },
);

/** Reads `user.me` again, to see whether calls succeed. */
function useTryAgain() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const me = useQuery(trpc.user.me.queryOptions(undefined, { staleTime: 60_000 }));
  async function tryAgain(): Promise<void> {
    const answer = await me.refetch();
    if (answer.isSuccess) await queries.invalidateQueries();
  }
  return { tryAgain, busy: me.isFetching };
}

/** Reload when another person signed in to this browser, so that nothing of the previous one stays on the page. */
function useSamePerson(): void {
  const userId = useMe()?.userId;
  const first = useRef<string>(undefined);
  useEffect(() => {
    if (!userId) return;
    keepDraftsFor(userId);
    if (first.current && first.current !== userId) window.location.reload();
    first.current = userId;
  }, [userId]);
}

/** Says why calls of this page are refused, and how to go on. Text typed on the page is kept. */
export function StatusBar() {
  const connection = useConnection();
  const switched = useSwitched();
  const { tryAgain, busy } = useTryAgain();
  useSamePerson();
  const again = useRef(tryAgain);
  again.current = tryAgain;
  useEffect(() => {
    if (connection === "fine") return;
    const onReturn = () => void again.current();
    window.addEventListener("focus", onReturn);
    window.addEventListener("online", onReturn);
    return () => {
      window.removeEventListener("focus", onReturn);
      window.removeEventListener("online", onReturn);
    };
  }, [connection]);
  const retry = (
    <Button size="small" busy={busy} onClick={() => void tryAgain()}>
      Try again
    </Button>
  );
  if (connection === "offline") {
    return (
      <Bar icon={WifiOff} actions={retry}>
        Slipway does not answer. Check the connection; what you typed stays here until it does.
      </Bar>
    );
  }
  if (connection === "signedOut" || switched) return <InterruptionBar retry={retry} />;
  return null;
}
