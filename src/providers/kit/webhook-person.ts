import { z } from "zod";
import { plainText } from "@/lib/redact";
import { jsonOrFormOf } from "@/providers/kit/webhook-body";
import { Text } from "@/providers/kit/webhook-schema";
import type { VerifiedDelivery } from "@/providers/webhook";

const Person = z
  .object({ login: Text, display_name: Text, displayName: Text, nickname: Text, name: Text, username: Text })
  .nullish()
  .catch(null);

/** Fields in which hosts name who pushed, or who acted on a request; each host has some of them. */
const Body = z.object({
  sender: Person,
  pusher: Person,
  actor: Person,
  user: Person,
  user_name: Text,
  user_username: Text,
  resource: z.object({ pushedBy: Person, createdBy: Person }).nullish().catch(null),
});

/** Who did what a delivery tells, as the host names them: for display, since anybody may call themselves anything. */
export function personIn(delivery: VerifiedDelivery): string {
  const { data: body } = Body.safeParse(jsonOrFormOf(delivery));
  if (!body) return "";
  const { sender, pusher, actor, user, resource } = body;
  const people = [sender, pusher, actor, user, resource?.pushedBy, resource?.createdBy];
  const names = people.flatMap((person) =>
    person
      ? [person.display_name, person.displayName, person.login, person.username, person.name, person.nickname]
      : [],
  );
  const name = [...names, body.user_name, body.user_username].find((one) => one?.trim());
  return plainText(name ?? "")
    .trim()
    .slice(0, 100);
}
