"use client";
import { cloneElement, lazy, Suspense, useState } from "react";
import type { MenuProps } from "@/ui/menu-entry";

// The open menu is the heaviest part of the frame, and most visits never open one.
const load = () => import("@/ui/menu-panel");
const MenuPanel = lazy(() => load().then((module) => ({ default: module.MenuPanel })));

/** A button that opens a list of actions. Its code is loaded when it is pointed at, focused or opened. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const button = cloneElement(props.trigger, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: () => setWanted(true),
    onPointerEnter: () => void load(),
    onKeyDown: (event) => {
      if (event.key === "ArrowDown") setWanted(true);
    },
  });
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <MenuPanel {...props} />
    </Suspense>
  );
}
