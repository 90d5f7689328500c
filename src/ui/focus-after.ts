"use client";
import { type RefObject, useLayoutEffect, useRef } from "react";

/** For a part that disappears when its button is used: moves the focus to the dialog or page around it. */
export function useFocusAfter<Part extends HTMLElement>(): RefObject<Part | null> {
  const part = useRef<Part>(null);
  useLayoutEffect(() => {
    const here = part.current;
    const around = here?.closest<HTMLElement>("[role=dialog]") ?? document.getElementById("content");
    return () => {
      if (here?.contains(document.activeElement)) around?.focus();
    };
  }, []);
  return part;
}
