import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "@/ui/brand";

/** The frame of the pages before the app: one narrow column. */
export default function StartLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-md content-start gap-6 px-4 py-10 sm:py-[12vh]">
      <Link href="/" className="inline-flex items-center gap-2.5 justify-self-center text-lg font-semibold">
        <Brand />
        Slipway
      </Link>
      {children}
    </main>
  );
}
