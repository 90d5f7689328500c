"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/**
 * Whether the page is hydrated. Forms stay disabled until then: a value typed earlier would be lost, and a form sent
 * earlier would be posted by the browser itself.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
