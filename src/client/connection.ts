"use client";
import { useSyncExternalStore } from "react";
import { clientFault } from "@/client/fault";

/** Whether calls of this tab are answered: `offline` when nothing comes back, `signedOut` when the session ended. */
export type Connection = "fine" | "offline" | "signedOut";

let connection: Connection = "fine";
const listeners = new Set<() => void>();

function set(next: Connection): void {
  if (connection === next) return;
  connection = next;
  for (const listener of listeners) listener();
}

/** Call it after a failed call: the server may be unreachable, or the session has ended. */
export function noteFailure(error: unknown): void {
  const { code } = clientFault(error);
  if (code === "offline") set("offline");
  else if (code === "unauthenticated") set("signedOut");
  else if (connection === "offline") set("fine"); // a refusal is an answer
}

/** Call it after a successful call. */
export function noteAnswer(): void {
  set("fine");
}

function listen(listener: () => void): () => void {
  const away = () => set("offline");
  window.addEventListener("offline", away);
  listeners.add(listener);
  return () => {
    window.removeEventListener("offline", away);
    listeners.delete(listener);
  };
}

export function currentConnection(): Connection {
  return connection;
}

export function useConnection(): Connection {
  return useSyncExternalStore(listen, currentConnection, () => "fine");
}
