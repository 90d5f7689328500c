import { signInHandler } from "@/server/sign-in-handler";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string[] }>;
}

async function handle(request: Request, { params }: Context): Promise<Response> {
  return signInHandler(request, (await params).name);
}

export { handle as GET, handle as POST };
