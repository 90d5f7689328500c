import { plainDoor } from "@/server/plain-door";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string }>;
}

async function handle(request: Request, { params }: Context): Promise<Response> {
  return plainDoor(request, (await params).name);
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
