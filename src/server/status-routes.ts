import { httpRoute, json } from "@/rpc/http-route";
import { openApiDocument } from "@/server/openapi/document";
import { readiness } from "@/server/readiness";

const methods = ["GET", "HEAD"];

/** The process is alive and answers. Whether it can work is /api/ready. Not limited, so that no supervisor is misled. */
export const healthRoute = httpRoute({
  path: "/api/health",
  rules: { name: "health", methods, from: "anywhere", calls: 0 },
  handle: async () => json({ status: "ok" }),
});

/** Whether this process can do its work: 200, or 503 with a reason for each part that cannot. */
export const readyRoute = httpRoute({
  path: "/api/ready",
  rules: { name: "ready", methods, from: "anywhere", calls: 0 },
  handle: async () => {
    const state = await readiness();
    return json(state, state.ready ? 200 : 503);
  },
});

/** The REST API, described completely. Public, as the product is. */
export const openApiRoute = httpRoute({
  path: "/api/openapi.json",
  rules: { name: "openapi", methods, from: "anywhere" },
  handle: async () => {
    const answer = json(openApiDocument());
    return { ...answer, headers: { ...answer.headers, "cache-control": "public, max-age=300" } };
  },
});
