import { trpcHandler } from "@/server/trpc-handler";

export const dynamic = "force-dynamic";

export {
  trpcHandler as DELETE,
  trpcHandler as GET,
  trpcHandler as PATCH,
  trpcHandler as POST,
  trpcHandler as PUT,
};
