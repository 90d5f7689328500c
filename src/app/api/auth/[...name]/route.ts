import { authDoor } from "@/server/auth-door";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string[] }>;
}

async function handle(request: Request, { params }: Context): Promise<Response> {
  return authDoor(request, (await params).name);
}

export { handle as GET, handle as POST };
