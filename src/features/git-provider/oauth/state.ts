import { digest } from "@/access/digest";
import { db, pool } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { open, seal } from "@/lib/seal";

/** A flow that was begun: what the callback must agree with. */
export interface Flow {
  organizationId: string;
  gitProviderId: string;
  credentialVersion: number;
  userId: string;
  sessionId: string;
  step: string;
  issuer: string | null;
  redirectUri: string;
  returnTo: string;
}

/** A flow that has come back. */
export interface TakenFlow extends Flow {
  codeVerifier: string;
  /** It came back before it expired, by the clock of the database. */
  live: boolean;
}

const minutes = 10;

/** Save a flow. Only a hash of the state is stored: the state itself exists in the browser alone. */
export async function saveFlow(flow: Flow, state: string, codeVerifier: string): Promise<void> {
  const stateHash = digest(state);
  const data = {
    ...flow,
    stateHash,
    codeVerifier: seal(codeVerifier, sealContext("oauth_flow", { ...flow, stateHash })),
    expiresAt: new Date(Date.now() + minutes * 60_000),
  };
  await db().oauthFlow.create({ data, select: { stateHash: true } });
}

const takeText = `UPDATE "oauth_flow" SET "usedAt" = now()
  WHERE "stateHash" = $1 AND "usedAt" IS NULL AND "sessionId" = $2 AND "userId" = $3
  RETURNING "organizationId", "gitProviderId", "credentialVersion", "userId", "sessionId", "step", "issuer",
    "redirectUri", "returnTo", "codeVerifier", "stateHash",
    "expiresAt" > now() AND "createdAt" > now() - interval '${minutes} minutes' AS "live"`;

/**
 * Use up the flow of a state: in one statement, so that of two callbacks one gets it. Null for a state that is
 * unknown or used up, and for one that another session or person has begun, which stays as it is.
 */
export async function takeFlow(
  state: string,
  by: { sessionId: string; userId: string },
): Promise<TakenFlow | null> {
  type Row = TakenFlow & { stateHash: string };
  const { rows } = await pool().query<Row>(takeText, [digest(state), by.sessionId, by.userId]);
  const [row] = rows;
  if (!row) return null;
  const { stateHash, ...flow } = row;
  return {
    ...flow,
    codeVerifier: open(flow.codeVerifier, sealContext("oauth_flow", { ...flow, stateHash })),
  };
}
