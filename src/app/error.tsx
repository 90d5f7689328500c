"use client";
import PageError from "@/app/o/[slug]/error";

/** For the pages outside the app's frame. */
export default function StartError(props: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <main className="mx-auto max-w-md px-4 py-[12vh]">
      <PageError {...props} />
    </main>
  );
}
