import { headers } from "next/headers";
import { cache } from "react";
import type { Origin } from "@/access/caller";
import { resolve } from "@/access/resolve";
import type { SignedIn } from "@/access/signed-in";
import { asFault } from "@/lib/fault";
import { newId } from "@/lib/id";

/** Who is looking at the page, by the session cookie alone; null when nobody is signed in. One look-up per render. */
export const webVisitor = cache(async (): Promise<SignedIn | null> => {
  const given = await headers();
  const cookie = given.get("cookie");
  if (!cookie) return null;
  return resolve(new Headers({ cookie }), pageOrigin(given)).catch(nobody);
});

function nobody(error: unknown): null {
  if (asFault(error).code !== "unauthenticated") throw error;
  return null;
}

function pageOrigin(given: Headers): Origin {
  return { requestId: newId(), address: "page", userAgent: (given.get("user-agent") ?? "").slice(0, 300) };
}
