import { callbackDoor } from "@/server/authorize-door";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ name: string }>;
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return callbackDoor(request, (await params).name);
}
