import { restHandler } from "@/server/rest-handler";

export const dynamic = "force-dynamic";

/** A program that mistyped an address gets an answer that it can read, not a page. */
function handle(request: Request): Promise<Response> {
  return restHandler(request, new URL(request.url).pathname.slice("/api/".length));
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
