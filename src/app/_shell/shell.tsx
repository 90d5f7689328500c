"use client";
import type { ReactNode } from "react";
import { AccountMenu } from "@/app/_shell/account-menu";
import { FinderButton } from "@/app/_shell/finder-button";
import { BottomNavigation, SideNavigation } from "@/app/_shell/navigation";
import { OrganizationMenu } from "@/app/_shell/organization-menu";
import { StatusBar } from "@/app/_shell/status-bar";

function SideBar() {
  return (
    <div className="sticky top-0 flex h-dvh w-60 shrink-0 flex-col gap-4 border-r bg-surface px-3 py-4 max-md:hidden">
      <OrganizationMenu />
      <FinderButton />
      <SideNavigation />
      <div className="mt-auto">
        <AccountMenu />
      </div>
    </div>
  );
}

function TopBar() {
  return (
    <div className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b bg-surface px-3 md:hidden">
      <div className="min-w-0 flex-1">
        <OrganizationMenu />
      </div>
      <FinderButton compact />
      <AccountMenu compact />
    </div>
  );
}

/** Organization, sections, finder and account around a page. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="md:flex">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="contents">
        <SideBar />
        <TopBar />
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        <StatusBar />
        <div className="mx-auto max-w-6xl px-4 pt-6 pb-24 md:px-8 md:pt-8 md:pb-16">{children}</div>
      </main>
      <BottomNavigation />
    </div>
  );
}
