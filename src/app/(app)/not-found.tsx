import { SearchX } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";

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
