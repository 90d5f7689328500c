import { authorizationStartHandler } from "@/server/oauth-callback-handler";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ id: string }>;
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  return authorizationStartHandler(request, (await params).id);
}
