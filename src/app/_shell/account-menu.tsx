"use client";
import { LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { useMe } from "@/client/me";
import { Button } from "@/ui/button";
import { Initial } from "@/ui/initial";
import { Menu } from "@/ui/menu";
import type { MenuEntry } from "@/ui/menu-entry";
import { chooseTheme, currentTheme, themeOf } from "@/ui/theme";

// Loaded when it is chosen: the frame is part of the first load of every page.
const signOut = () => void import("@/client/sign-in").then((module) => module.signOut());

function entriesFor(email: string): MenuEntry[] {
  return [
    { kind: "label", text: email },
    { kind: "item", icon: UserRound, label: "Account", href: "/account" },
    { kind: "line" },
    { kind: "label", text: "Theme" },
    {
      kind: "choice",
      value: currentTheme(),
      options: [
        { value: "system", label: "System", icon: Monitor },
        { value: "light", label: "Light", icon: Sun },
        { value: "dark", label: "Dark", icon: Moon },
      ],
      onChange: (value) => chooseTheme(themeOf(value)),
    },
    { kind: "line" },
    { kind: "item", icon: LogOut, label: "Sign out", onSelect: signOut },
  ];
}

/** Own account, theme, sign out. */
export function AccountMenu({ compact }: { compact?: boolean }) {
  const me = useMe();
  const name = me?.name ?? "";
  return (
    <Menu
      align={compact ? "end" : "start"}
      side={compact ? "bottom" : "top"}
      entries={() => entriesFor(me?.email ?? "")}
      trigger={
        compact ? (
          <Button look="quiet" size="icon" aria-label="Account">
            <Initial name={name} round />
          </Button>
        ) : (
          <Button look="quiet" className="h-10 w-full min-w-0 justify-start px-2">
            <Initial name={name} round />
            <span className="min-w-0 flex-1 truncate text-left">{name}</span>
            <span className="sr-only">Account</span>
          </Button>
        )
      }
    />
  );
}
