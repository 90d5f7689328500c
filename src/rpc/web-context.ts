import { headers } from "next/headers";
import type { Caller } from "@/access/caller";
import { activateOrganization, callerBySlug } from "@/access/open-organization";
import { Fault } from "@/lib/fault";
import { type Context, createContext, originOf } from "@/rpc/context";
import { pathHeader, prefetchHeader, slugInPath } from "@/rpc/page-request";

/**
 * The context of a page that is rendered on the server: the session cookie decides, a key is not looked at. A page of
 * an organization (`/o/<slug>/…`) reads in that organization, and opening it makes it the active one of the session.
 */
export async function webContext(): Promise<Context> {
  const given = await headers();
  const cookie = given.get("cookie");
  const context = createContext(new Headers(cookie ? { cookie } : {}), originOf(given));
  const slug = slugInPath(given.get(pathHeader) ?? "/");
  return slug === null ? context : inOrganization(context, slug, !given.has(prefetchHeader));
}

function inOrganization(context: Context, slug: string, isOpened: boolean): Context {
  let found: Promise<Caller> | undefined;
  function once(): Promise<Caller> {
    found ??= openPage(context, slug, isOpened);
    return found;
  }
  return { ...context, caller: once, membership: once };
}

/** @throws Fault `not_found` for an organization of others as for one that is not there */
async function openPage(context: Context, slug: string, isOpened: boolean): Promise<Caller> {
  const caller = await callerBySlug(await context.principal(), slug);
  if (!caller) throw new Fault("not_found", { code: "not_found", params: { what: "organization" } });
  if (isOpened) await activateOrganization(caller);
  return caller;
}
