import { Link2 } from "lucide-react";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Link } from "@/ui/link";

/** The way to the host's pages, while the connection waits for it or does not do what it should. */
export function ConnectButton({ provider, type }: { provider: GitProviderDetail; type: GitProviderType }) {
  const { state } = provider.health;
  if (type.methods[provider.authMethod]?.kind !== "redirect" || state === "ok") return null;
  return (
    <Button asChild look={state === "warning" ? "secondary" : "primary"}>
      <Link href={`/providers/${provider.gitProviderId}/authorize`}>
        <Link2 aria-hidden="true" />
        {state === "pending" ? "Connect" : "Connect again"}
      </Link>
    </Button>
  );
}
