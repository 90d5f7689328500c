import type { LucideIcon } from "lucide-react";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";

export type MenuEntry =
  | {
      kind: "item";
      label: ReactNode;
      icon?: LucideIcon;
      /** A page of the app to go to. */
      href?: string;
      onSelect?(): void;
      danger?: boolean;
      disabled?: boolean;
    }
  | {
      /** One of several, with a tick on the chosen one. */
      kind: "choice";
      value: string;
      options: { value: string; label: ReactNode; icon?: LucideIcon }[];
      onChange(value: string): void;
    }
  | { kind: "label"; text: ReactNode }
  | { kind: "line" };

export interface MenuProps {
  /** The button. */
  trigger: ReactElement<TriggerProps>;
  /** Asked each time the menu is drawn. */
  entries(): MenuEntry[];
  align?: "start" | "end";
  side?: "top" | "bottom";
}

interface TriggerProps {
  onClick?(): void;
  onPointerEnter?(): void;
  onKeyDown?(event: KeyboardEvent): void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
}
