import type { ReactNode } from "react";
import { Shell } from "@/app/_shell/shell";
import { Hydrate, peek, trpc } from "@/client/server";
import { BasePathProvider } from "@/ui/link";

/** Pages of a person, in no organization: the links around them lead to the one the session works in. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const [me] = await Promise.all([
    peek(trpc.user.me.queryOptions()),
    peek(trpc.organization.list.queryOptions()),
  ]);
  if (!me) return children;
  return (
    <Hydrate>
      <BasePathProvider value={me.organization ? `/o/${me.organization.slug}` : ""}>
        <Shell>{children}</Shell>
      </BasePathProvider>
    </Hydrate>
  );
}
