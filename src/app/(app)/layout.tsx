import type { ReactNode } from "react";
import { Shell } from "@/app/(app)/_shell/shell";
import { Hydrate, peek, trpc } from "@/client/server";

/** The frame of every page for signed-in people. A page inside decides where someone else is sent. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const [me] = await Promise.all([
    peek(trpc.user.me.queryOptions()),
    peek(trpc.organization.list.queryOptions()),
  ]);
  if (!me) return children;
  return (
    <Hydrate>
      <Shell>{children}</Shell>
    </Hydrate>
  );
}
