import { appPath } from "@/lib/app-path";

/** A place inside the app to go to after signing in; the start page for anything else. */
export function returnPath(wanted: string | null | undefined): string {
  return appPath(wanted) ?? "/";
}

/** The sign-in page that leads back to `path`. */
export function signInPath(path: string): string {
  const back = returnPath(path);
  return back === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`;
}
