"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { Link, usePath } from "@/ui/link";

/** Parts of a subject, each with an address of its own. */
export function LinkTabs({ label, tabs }: { label: string; tabs: { href: string; label: string }[] }) {
  const pathname = usePathname();
  const path = usePath();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the current tab may be scrolled out of view.
  useEffect(() => {
    if (pathname) nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [pathname]);
  return (
    <nav ref={nav} aria-label={label} className="mb-6 flex gap-3 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={pathname === path(tab.href) ? "page" : undefined}
          className="grid h-10 place-items-center rounded-sm px-1 whitespace-nowrap text-soft hover:text-ink focus-visible:outline-offset-[-2px] aria-[current]:shadow-[inset_0_-2px_0_var(--accent-ink)] aria-[current]:font-medium aria-[current]:text-ink"
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
