"use client";
import { type RefObject, useLayoutEffect, useRef } from "react";

/** For a part that goes when its button is used: the focus in it is handed to the dialog or the page around it. */
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
