import type { World, WorldToken } from "@/providers/simulator/world";

/** Who asks the simulated server, and with which scopes. */
export interface Asker {
  login: string;
  scopes: string[];
}

/** What an `Authorization` header means: an asker, nobody, or a credential that is refused. */
export function askerOf(world: World, header: string | null, now: Date): Asker | null | "refused" {
  if (!header) return null;
  const [scheme = "", ...rest] = header.trim().split(/\s+/);
  const text = rest.join(" ");
  if (/^(token|bearer)$/i.test(scheme)) return asker(world, text, now) ?? "refused";
  if (!/^basic$/i.test(scheme)) return null;
  const [username = "", ...password] = Buffer.from(text, "base64").toString().split(":");
  return basicAsker(world, { username, password: password.join(":") }, now) ?? "refused";
}

/** The token stands in the password, or in the user name when the password is empty or `x-oauth-basic`. */
export function basicAsker(
  world: World,
  basic: { username: string; password: string },
  now: Date,
): Asker | null {
  const inName = basic.password === "" || basic.password === "x-oauth-basic";
  return asker(world, inName ? basic.username : basic.password, now);
}

function asker(world: World, value: string, now: Date): Asker | null {
  const token = world.tokens.find((one) => one.value === value);
  if (!token || isOver(token, now)) return null;
  return { login: token.login, scopes: token.scopes ?? ["all"] };
}

function isOver(token: WorldToken, now: Date): boolean {
  return token.expiresOn !== undefined && Date.parse(token.expiresOn) <= now.getTime();
}

/** Does the asker hold every one of these scopes? Writing includes reading. */
export function holds(asker: Asker, required: string[]): boolean {
  const { scopes } = asker;
  if (scopes.includes("all")) return true;
  return required.every((name) => scopes.includes(name) || scopes.includes(name.replace("read:", "write:")));
}
