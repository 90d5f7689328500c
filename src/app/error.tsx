"use client";
import PageError from "@/app/o/[slug]/error";

/** For the pages outside the app's frame. */
export default function StartError(props: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <main>
      <PageError {...props} />
    </main>
  );
}
