import type { News } from "@/features/notice/news";
import { env } from "@/lib/env";
import type { Mail } from "@/lib/mail";

/** The e-mail that tells news: plain text, the matter first, then what stops, then where to act. */
export function mailOf(to: string, news: News): Mail {
  const { organization } = news;
  const text = [
    opening(news),
    news.message,
    stops(news),
    `${news.event === "recovered" ? "See" : "Mend"} it here:\n${news.url}`,
    `You get this because this address is named in the notices of ${organization.name}.\nChange that here: ${env().url}/settings/notices`,
  ];
  return { to, subject: subjectOf(news), text: `${text.filter(Boolean).join("\n\n")}\n` };
}

function subjectOf(news: News): string {
  // A name has no control characters; a subject is one line all the same.
  return `[Slipway] ${headline(news)}`.replace(/\s+/g, " ").slice(0, 200);
}

function headline({ event, provider, daysLeft }: News): string {
  const name = provider?.name ?? "";
  if (event === "test") return "Test of a notice";
  if (event === "broken") return `${name} does not work`;
  if (event === "recovered") return `${name} works again`;
  if (daysLeft === null) return `The credential of ${name} is old`;
  return `The credential of ${name} ends in ${daysLeft === 1 ? "1 day" : `${daysLeft} days`}`;
}

function opening(news: News): string {
  const { provider, endsOn } = news;
  if (!provider) return "";
  const label = provider.name.includes(provider.label) ? "" : ` (${provider.label})`;
  const on = news.event === "expiring" && endsOn ? `, on ${dayOf(new Date(endsOn))}` : "";
  return `${headline(news).replace(provider.name, `the provider ${provider.name}${label}`)}${on}.`.replace(
    /^the/,
    "The",
  );
}

function stops({ event, applications, applicationCount }: News): string {
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
