"use client";
import NextLink from "next/link";
import { useRouter } from "next/navigation";
import { type ComponentProps, createContext, useContext } from "react";

/** Where the pages of the organization that is shown begin, `/o/acme`. Empty where none is shown. */
const BasePath = createContext("");
export const BasePathProvider = BasePath.Provider;

/** Addresses in the organization that the page shows: `path("/providers")` is `/o/acme/providers`. */
export function usePath(): (path: string) => string {
  const base = useContext(BasePath);
  return (path) => (path === "/" ? base || "/" : base + path);
}

/** Goes to a page of the organization that is shown. */
export function useGo(): (path: string) => void {
  const router = useRouter();
  const full = usePath();
  return (path) => router.push(full(path));
}

/** A link to a page of the organization that is shown. Pages outside of one are linked by `next/link`. */
export function Link({ href, ...rest }: Omit<ComponentProps<typeof NextLink>, "href"> & { href: string }) {
  const path = usePath();
  return <NextLink {...rest} href={path(href)} />;
}
