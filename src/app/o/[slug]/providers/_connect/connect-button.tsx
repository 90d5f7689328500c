import { Plus } from "lucide-react";
import { Button } from "@/ui/button";
import { Link } from "@/ui/link";

/** A link to the page that connects a provider. Shown to members who may do that. */
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
