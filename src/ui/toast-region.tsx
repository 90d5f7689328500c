"use client";
import { Toaster } from "sonner";

export function ToastRegion() {
  return (
    <Toaster
      position="bottom-right"
      duration={4000}
      closeButton
      toastOptions={{
        classNames: {
          toast: "!rounded-md !border-line !bg-raised !text-ink !shadow-overlay !font-sans !text-base",
          description: "!text-soft",
          actionButton: "!bg-accent !text-on-accent",
          closeButton: "!bg-raised !text-ink !border-line",
          icon: "!text-soft",
        },
      }}
    />
  );
}
