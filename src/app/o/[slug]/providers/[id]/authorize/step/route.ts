import { authorizationStartHandler } from "@/server/oauth-callback-handler";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ slug: string; id: string }>;
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { slug, id } = await params;
  return authorizationStartHandler(request, slug, id);
}
