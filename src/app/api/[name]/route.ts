import { restHandler } from "@/server/rest-handler";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string }>;
}

async function handle(request: Request, { params }: Context): Promise<Response> {
  return restHandler(request, (await params).name);
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
