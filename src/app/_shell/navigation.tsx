"use client";
import { Blocks, House, Inbox, type LucideIcon, Plug, Settings } from "lucide-react";
import { usePathname } from "next/navigation";
import { cn } from "@/ui/class-names";
import { Link, usePath } from "@/ui/link";

interface Section {
  href: string;
  label: string;
  icon: LucideIcon;
}

export const sections: Section[] = [
  { href: "/", label: "Overview", icon: House },
  { href: "/applications", label: "Applications", icon: Blocks },
  { href: "/providers", label: "Providers", icon: Plug },
  { href: "/webhooks", label: "Webhooks", icon: Inbox },
  { href: "/settings", label: "Settings", icon: Settings },
];

/** Tells whether the page belongs to one of the sections. */
function useIsHere(): (href: string) => boolean {
  const pathname = usePathname();
  const path = usePath();
  return (href) => pathname === path(href) || (href !== "/" && pathname.startsWith(`${path(href)}/`));
}

/** Down the side on wide screens. */
export function SideNavigation() {
  const isHere = useIsHere();
  return (
    <nav aria-label="Main" className="grid gap-0.5">
      {sections.map(({ href, label, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={isHere(href) ? "page" : undefined}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-soft transition-colors hover:bg-hover hover:text-ink aria-[current]:bg-hover aria-[current]:font-medium aria-[current]:text-ink"
        >
          <Icon className="size-4" aria-hidden="true" />
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** Along the lower edge on phones. */
export function BottomNavigation() {
  const isHere = useIsHere();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {sections.map(({ href, label, icon: Icon }) => {
        const here = isHere(href);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? "page" : undefined}
            className={cn(
              "grid h-14 min-w-0 flex-auto content-center justify-items-center gap-0.5 text-xs whitespace-nowrap focus-visible:outline-offset-[-2px]",
              here ? "font-medium text-accent-ink" : "text-soft",
            )}
          >
            <Icon className="size-5" aria-hidden="true" />
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
