import { beginDoor } from "@/server/authorize-door";

export const dynamic = "force-dynamic";

interface Context {
  params: Promise<{ id: string }>;
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  return beginDoor(request, (await params).id);
}
