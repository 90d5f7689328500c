"use client";
import { Broken } from "@/ui/broken";

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <Broken
      title="This page broke"
      advice="Something went wrong on our side. Try again; if it stays, reload the page."
      digest={error.digest}
      onRetry={reset}
    />
  );
}
