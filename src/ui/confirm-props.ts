import type { ReactNode } from "react";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** What it means, in one or two sentences. */
  children?: ReactNode;
  /** What stops, by name. Drawn as a list. */
  stops?: ReactNode[];
  /** The verb on the button: "Remove provider". */
  verb: string;
  /** The word on the button that leaves everything as it is, where "Cancel" could be misread. */
  dismiss?: string;
  /** Text that must be typed first, for what cannot be taken back. */
  typeToConfirm?: string;
  /** Buttons for less drastic alternatives, below the list. */
  otherWay?: ReactNode;
  busy?: boolean;
  /** It cannot be done now; the text says why. */
  blocked?: boolean;
  /** Why it did not work, in words. */
  error?: string;
  onConfirm(): void;
}
