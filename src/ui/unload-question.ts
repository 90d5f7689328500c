"use client";
import { useEffect } from "react";

/** The browser asks before the page is left, as long as it shows what cannot be shown again. */
export function useUnloadQuestion(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [wanted]);
}
