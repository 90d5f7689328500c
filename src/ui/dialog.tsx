"use client";
import { X } from "lucide-react";
import * as Dialog from "radix-ui/dialog";
import { type ReactNode, useState } from "react";
import { Button } from "@/ui/button";
import { cn } from "@/ui/class-names";
import { useUnloadQuestion } from "@/ui/unload-question";

/** A window over the page. At phone width it sits at the lower edge. */
export function Modal(props: {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** It shows a secret once: only its buttons close it, no Escape, no click beside it and no reload without a question. */
  once?: boolean;
  className?: string;
}) {
  const giveFocusBack = useOpener();
  useUnloadQuestion(Boolean(props.once));
  const keep = props.once ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="appear fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          onEscapeKeyDown={keep}
          onInteractOutside={keep}
          onCloseAutoFocus={giveFocusBack}
          {...(props.description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "slide-up fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] flex-col rounded-t-md border bg-raised shadow-overlay",
            "sm:inset-x-auto sm:top-[12vh] sm:bottom-auto sm:left-1/2 sm:max-h-[76vh] sm:w-[calc(100%-2rem)] sm:max-w-lg sm:-translate-x-1/2 sm:rounded-md",
            props.className,
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4">
            <div className="grid gap-1 pt-1">
              <Dialog.Title className="text-lg font-semibold">{props.title}</Dialog.Title>
              {props.description && (
                <Dialog.Description asChild>
                  <div className="text-soft">{props.description}</div>
                </Dialog.Description>
              )}
            </div>
            {!props.once && (
              <Dialog.Close asChild>
                <Button look="quiet" size="smallIcon" aria-label="Close" className="-mr-2">
                  <X />
                </Button>
              </Dialog.Close>
            )}
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{props.children}</div>
          {props.footer && (
            <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{props.footer}</div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What had the focus when the dialog opened. A menu entry is unmounted by then: its menu button is used instead. */
function openerOf(active: Element | null): Element | null {
  const button = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return button ? document.getElementById(button) : active;
}

/** Gives the focus back to what opened the dialog, or to the page where that is gone. */
function useOpener(): (event: Event) => void {
  const [opener] = useState(() =>
    typeof document === "undefined" ? null : openerOf(document.activeElement),
  );
  return (event) => {
    event.preventDefault();
    const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
    (isThere ? opener : document.getElementById("content"))?.focus();
  };
}
