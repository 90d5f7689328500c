import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";

/** The way to a first or further provider. Shown to whoever may connect one. */
export function ConnectButton() {
  return (
    <Button asChild look="primary">
      <Link href="/providers/new">
        <Plus aria-hidden="true" />
        Connect a provider
      </Link>
    </Button>
  );
}
