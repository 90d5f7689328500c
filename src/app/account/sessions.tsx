"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import { browserName } from "@/app/account/browser-name";
import { clientFault } from "@/client/fault";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { UserSession } from "@/features/user/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { RelativeTime } from "@/ui/relative-time";
import { toastError, toastSuccess } from "@/ui/toast";

/** Where the account is signed in. */
export function Sessions() {
  const trpc = useTRPC();
  const query = useQuery(trpc.user.sessions.queryOptions());
  return (
    <Section title="Sessions" hint="Where you are signed in.">
      <Loaded query={query}>
        {({ items }) => (
          <Card>
            <ul className="divide-y">
              {items.map((session) => (
                <SessionRow key={session.sessionId} session={session} />
              ))}
            </ul>
          </Card>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session }: { session: UserSession }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const end = useMutation(
    trpc.user.endSession.mutationOptions({
      onSuccess: () => toastSuccess("Signed out there"),
      onError: (error) => toastError(clientFault(error).message),
      onSettled: () => queries.invalidateQueries(trpc.user.sessions.pathFilter()),
    }),
  );
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Monitor className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium" title={session.userAgent}>
          {browserName(session.userAgent)} {session.current && <Badge tone="good">this one</Badge>}
        </p>
        <p className="text-sm text-soft">
          {session.address} · seen <RelativeTime at={session.lastSeenAt} />
        </p>
      </div>
      {!session.current && (
        <Button
          size="small"
          busy={end.isPending}
          onClick={() => end.mutate({ sessionId: session.sessionId })}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}
