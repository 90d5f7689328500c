/** A plain-JSON client of the API, the way a shell script with curl would be one. */
export type Call = <Answer = Record<string, unknown>>(procedure: string, input?: unknown) => Promise<Answer>;

export function api(url: string, key?: string): Call {
  return async <Answer>(procedure: string, input: unknown = {}) => {
    const answer = await fetch(`${url}/api/${procedure}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key && { "x-api-key": key }) },
      body: JSON.stringify(input),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${procedure} answered ${answer.status}: ${JSON.stringify(body)}`);
    return body as Answer;
  };
}

export interface Owner {
  email: string;
  password: string;
  apiKey: string;
  organizationId: string;
}

/** Make the first owner and organization of a fresh instance. */
export async function setUp(
  app: { url: string; setupToken: string },
  organizationName: string,
): Promise<Owner> {
  const email = "ada@example.com";
  const password = "a-long-enough-password";
  const made = await api(app.url)<{ apiKey: string; organizationId: string }>("setup.initialize", {
    setupToken: app.setupToken,
    email,
    password,
    name: "Ada Example",
    organizationName,
  });
  return { email, password, apiKey: made.apiKey, organizationId: made.organizationId };
}

/** Poll a deployment until it has ended. */
export async function waitForDeployment(
  call: Call,
  deploymentId: string,
  millis = 60_000,
): Promise<{ status: string }> {
  const until = Date.now() + millis;
  for (;;) {
    const deployment = await call<{ status: string }>("deployment.one", { deploymentId });
    if (!["queued", "running"].includes(deployment.status)) return deployment;
    if (Date.now() > until)
      throw new Error(`the deployment is still ${deployment.status} after ${millis} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
