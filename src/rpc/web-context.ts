import { headers } from "next/headers";
import { type Context, createContext, originOf } from "@/rpc/context";

/** The context of a page that is rendered on the server: the session cookie decides, a key is not looked at. */
export async function webContext(): Promise<Context> {
  const given = await headers();
  const cookie = given.get("cookie");
  return createContext(new Headers(cookie ? { cookie } : {}), originOf(given));
}
