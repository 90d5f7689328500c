import { oauthCallbackHandler } from "@/server/oauth-callback-handler";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string }>;
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return oauthCallbackHandler(request, (await params).name);
}
