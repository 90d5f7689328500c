"use client";
import { RotateCw } from "lucide-react";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";

/** A page that broke. The digest is what the server's log calls this error; its text stays there. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <Alert
      tone="bad"
      title="This page broke"
      actions={
        <Button size="small" onClick={reset}>
          <RotateCw aria-hidden="true" />
          Try again
        </Button>
      }
    >
      <p>Something went wrong on our side. Try again; if it stays, reload the page.</p>
      {error.digest && <p className="font-mono text-sm text-soft">Error {error.digest}</p>}
    </Alert>
  );
}
