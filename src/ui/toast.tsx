"use client";
import { lazy, Suspense, useSyncExternalStore } from "react";

// Loaded with the first message: most visits show none.
const Sonner = lazy(() => import("@/ui/toast-region").then((module) => ({ default: module.ToastRegion })));

let wanted = false;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where short messages appear: quiet ones for four seconds, failures until they are read. */
export function Toaster() {
  const shown = useSyncExternalStore(
    listen,
    () => wanted,
    () => false,
  );
  return shown && <Suspense>{<Sonner />}</Suspense>;
}

function show(kind: "success" | "error", text: string): void {
  wanted = true;
  for (const listener of listeners) listener();
  import("sonner").then(
    ({ toast }) => toast[kind](text, kind === "error" ? { duration: 12_000 } : {}),
    () => window.alert(text), // the code cannot be had any more, as after an update: say it anyhow
  );
}

/** It worked: a few words, "Provider removed". */
export function toastSuccess(text: string): void {
  show("success", text);
}

/** It did not work, and no place on the page can say so. */
export function toastError(text: string): void {
  show("error", text);
}
