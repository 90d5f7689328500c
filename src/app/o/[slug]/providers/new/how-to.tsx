import { ExternalLink } from "lucide-react";
import { Scopes } from "@/app/o/[slug]/providers/_report/scopes";
import { fillTemplate } from "@/app/o/[slug]/providers/new/fill-template";
import type { GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyField } from "@/ui/copy-button";
import { HostLink } from "@/ui/host-link";

type Method = GitProviderType["methods"][string];

/** How to get what the form asks for: the clicks on the host, what to tick there and why, and the way there. */
export function HowTo(props: { type: GitProviderType; method: Method; values: Record<string, string> }) {
  const { type, method } = props;
  const values = { ...props.values };
  const page = method.credentialPage ? fillTemplate(method.credentialPage, values) : null;
  return (
    <Card className="p-5">
      <aside aria-label="How to get this" className="grid grid-cols-1 gap-5">
        <h2 className="text-lg font-semibold">How to get this</h2>
        <ol className="grid list-decimal grid-cols-1 gap-2 pl-5 marker:text-soft">
          {method.steps.map((step) => (
            <li key={step}>
              <Step text={fillTemplate(step, values)?.text ?? step.replace(/\{\w+\}/g, "…")} />
            </li>
          ))}
        </ol>
        {page?.url && (
          <Button asChild className="justify-self-start">
            <a href={page.url} target="_blank" rel="noreferrer noopener">
              <ExternalLink aria-hidden="true" />
              Open {new URL(page.url).host}
            </a>
          </Button>
        )}
        {method.kind === "redirect" && (
          <div className="grid gap-1.5">
            <p className="font-medium">Callback URL</p>
            <CopyField text={type.callbackUrl} what="callback URL" />
          </div>
        )}
        <Scopes
          title={method.kind === "form" ? "What to tick" : "What Slipway needs there"}
          scopes={method.scopes}
        />
        <p className="text-sm text-soft">
          <HostLink href={type.docs}>{type.label} documentation</HostLink>
        </p>
      </aside>
    </Card>
  );
}

/** A step with its addresses as links, without what they fill in there. */
function Step({ text }: { text: string }) {
  return text.split(/(https?:\/\/\S+[^\s.,])/).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <HostLink key={part} href={part}>
        {part.replace(/^https?:\/\//, "").replace(/\?.*$/, "")}
      </HostLink>
    ),
  );
}
