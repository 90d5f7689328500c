import { SearchX } from "lucide-react";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Link } from "@/ui/link";

export default function NotFoundInApp() {
  return (
    <EmptyState
      icon={SearchX}
      title="There is nothing here"
      action={
        <Button asChild look="primary">
          <Link href="/">Go to the overview</Link>
        </Button>
      }
    >
      It was removed, the address is mistyped, or it belongs to another organization.
    </EmptyState>
  );
}
