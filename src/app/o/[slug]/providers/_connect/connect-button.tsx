import { Plus } from "lucide-react";
import { Button } from "@/ui/button";
import { Link } from "@/ui/link";

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
