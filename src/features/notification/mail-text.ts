import type { NotificationContent } from "@/features/notification/content";
import { env } from "@/lib/env";
import type { Mail } from "@/lib/mail";

/** The e-mail of a notification: plain text, first what happened, then what stops, then where to act. */
export function mailOf(to: string, content: NotificationContent): Mail {
  const { organization } = content;
  const text = [
    opening(content),
    content.message,
    stops(content),
    `${content.event === "recovered" ? "See" : "Mend"} it here:\n${content.url}`,
    `You get this because this address is named in the notifications of ${organization.name}.\nChange that here: ${env().url}/settings/notifications`,
  ];
  return { to, subject: subjectOf(content), text: `${text.filter(Boolean).join("\n\n")}\n` };
}

function subjectOf(content: NotificationContent): string {
  // Names have no control characters; this makes sure that the subject is one line.
  return `[Slipway] ${headline(content)}`.replace(/\s+/g, " ").slice(0, 200);
}

function headline({ event, provider, daysLeft }: NotificationContent): string {
  const name = provider?.name ?? "";
  if (event === "test") return "Test notification";
  if (event === "broken") return `${name} does not work`;
  if (event === "recovered") return `${name} works again`;
  if (daysLeft === null) return `The credential of ${name} is old`;
  return `The credential of ${name} ends in ${daysLeft === 1 ? "1 day" : `${daysLeft} days`}`;
}

function opening(content: NotificationContent): string {
  const { provider, endsOn } = content;
  if (!provider) return "";
  const label = provider.name.includes(provider.label) ? "" : ` (${provider.label})`;
  const on = content.event === "expiring" && endsOn ? `, on ${dayOf(new Date(endsOn))}` : "";
  return `${headline(content).replace(provider.name, `the provider ${provider.name}${label}`)}${on}.`.replace(
    /^the/,
    "The",
  );
}

function stops({ event, applications, applicationCount }: NotificationContent): string {
  if (event === "recovered" || applicationCount === 0) return "";
  const more = applicationCount - applications.length;
  const verb =
    event === "broken" ? "These cannot be deployed now" : "Without it these can no longer be deployed";
  return [
    `${verb}:`,
    ...applications.map(({ name, repository }) => `- ${name} (${repository})`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}

function dayOf(at: Date): string {
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
