import { trpcDoor } from "@/server/trpc-door";

export const dynamic = "force-dynamic";

export { trpcDoor as DELETE, trpcDoor as GET, trpcDoor as PATCH, trpcDoor as POST, trpcDoor as PUT };
