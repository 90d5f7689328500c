"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight, LogIn, type LucideIcon, WifiOff } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useEffect, useRef } from "react";
import { useConnection } from "@/client/connection";
import { keepDraftsFor } from "@/client/drafts";
import { useMe } from "@/client/me";
import { useSwitched } from "@/client/organization";
import { signInPath } from "@/client/return-path";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { useFocusAfter } from "@/ui/focus-after";

// Loaded when another tab switched.
const GoOnHere = dynamic(() => import("@/client/go-on").then((module) => module.GoOnHere), { ssr: false });

function Bar(props: { icon: LucideIcon; children: ReactNode; actions: ReactNode }) {
  const Icon = props.icon;
  const part = useFocusAfter<HTMLDivElement>();
  return (
    <div
      ref={part}
      role="alert"
      className="sticky top-14 z-20 flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-warn-wash px-4 py-3 md:top-0 md:px-8"
    >
      <Icon className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60">{props.children}</p>
      <div className="flex flex-wrap gap-2">{props.actions}</div>
    </div>
  );
}

/** Asks again who is signed in: the answer tells whether calls go through. */
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

/** Another person signed in to this browser: nothing of the one before stays on the page. */
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

/** Says when calls of this page are not taken, and leads on. What is typed on the page stays. */
export function StatusBar() {
  const connection = useConnection();
  const switched = useSwitched();
  const here = useMe()?.organization;
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
  if (connection === "signedOut") {
    const { pathname, search } = window.location;
    return (
      <Bar
        icon={LogIn}
        actions={
          <>
            <Button asChild look="primary" size="small">
              <a href={signInPath(pathname + search)} target="_blank" rel="noreferrer">
                Sign in
              </a>
            </Button>
            {retry}
          </>
        }
      >
        Your session has ended. Sign in in a new tab and come back: what you typed stays here.
      </Bar>
    );
  }
  if (!switched || !here) return null;
  const other = switched.to;
  return (
    <Bar
      icon={ArrowLeftRight}
      actions={
        <>
          <GoOnHere />
          <Button asChild size="small">
            <a href={other ? `/o/${other.slug}` : "/"}>Open {other?.name ?? "the other one"}</a>
          </Button>
        </>
      }
    >
      Another tab switched to <strong>{other?.name ?? "another organization"}</strong>. This page shows{" "}
      <strong>{here.name}</strong>, and nothing on it is saved until you go on there.
    </Bar>
  );
}
