"use client";
import { ExternalLink } from "lucide-react";
import { Scopes } from "@/app/o/[slug]/providers/_report/scopes";
import { WithProvider } from "@/app/o/[slug]/providers/[id]/with-provider";
import { hostOfProvider } from "@/client/host";
import { useMay } from "@/client/me";
import { typeFields } from "@/client/use-repositories";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { urlOf } from "@/lib/url-of";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Link, usePath } from "@/ui/link";
import { Logo } from "@/ui/logo";
import { PageHeader } from "@/ui/page-header";

interface Props {
  gitProviderId: string;
  /** Why the last authorization failed. */
  problem: string | null;
}

/** Says, before the browser goes to the host, what will happen there and which permissions are asked for. */
export function AuthorizePage({ gitProviderId, problem }: Props) {
  return (
    <WithProvider gitProviderId={gitProviderId}>
      {(provider, type) => <Page provider={provider} type={type} problem={problem} />}
    </WithProvider>
  );
}

interface PageProps {
  provider: GitProviderDetail;
  type: GitProviderType | undefined;
  problem: string | null;
}

function Page({ provider, type, problem }: PageProps) {
  const address = type && typeFields(type, provider)[type.urlField];
  const host = hostOfProvider(type, address);
  const method = type?.methods[provider.authMethod];
  const back = `/providers/${provider.gitProviderId}`;
  const trail = [
    { label: "Providers", href: "/providers" },
    { label: provider.name, href: back },
  ];
  const mayAuthorize = useMay("provider:write") && provider.access === "manage";
  const signInHost = signInHostOf((type && signInOf(type, provider)) ?? address, host.label);
  return (
    <>
      <PageHeader
        trail={trail}
        mark={<Logo file={host.logo} className="size-7" />}
        title={`Connect to ${host.label}`}
      />
      <div className="grid max-w-2xl gap-5">
        {problem && (
          <Alert tone="bad" title="It did not work this time">
            {problem}
          </Alert>
        )}
        {method?.kind === "redirect" ? (
          <AuthorizationSteps
            provider={provider}
            method={method}
            signInHost={signInHost}
            mayAuthorize={mayAuthorize}
          />
        ) : (
          <Alert tone="warn" title="There is nothing to do in the browser">
            {method
              ? `This provider signs in with the method "${method.label}". Its credential is entered in its settings.`
              : `This version of Slipway cannot authorize ${host.label} in the browser. Choose another method.`}
          </Alert>
        )}
        <p>
          <Link href={back} className="text-accent-ink hover:underline">
            Back to {provider.name}
          </Link>
        </p>
      </div>
    </>
  );
}

/** The page where a person signs in, when it is not at the host itself. */
function signInOf(type: GitProviderType, provider: GitProviderDetail): unknown {
  const signIn = type.methods[provider.authMethod]?.signIn;
  return signIn && (typeFields(type, provider)[signIn.field] || signIn.usual);
}

function signInHostOf(address: unknown, label: string): string {
  return (typeof address === "string" && urlOf(address)?.host) || label;
}

interface StepsProps {
  provider: GitProviderDetail;
  method: GitProviderType["methods"][string];
  /** Host name of the address. */
  signInHost: string;
  mayAuthorize: boolean;
}

/** Sent without script, to a page that hands the browser over. */
function AuthorizationSteps({ provider, method, signInHost, mayAuthorize }: StepsProps) {
  const page = usePath()(`/providers/${provider.gitProviderId}`);
  return (
    <>
      {!mayAuthorize && (
        <Alert tone="warn" title="You cannot connect this provider">
          {provider.access === "manage"
            ? "Your role does not connect providers. Ask an owner or admin of the organization to open this page."
            : "You may use this provider but not change it. Ask the person who connected it, or an admin, to open this page."}
        </Alert>
      )}
      <Card className="grid gap-5 p-5">
        <section className="grid gap-2">
          <h2 className="text-lg font-semibold">What happens now</h2>
          <ol className="grid list-decimal gap-2 pl-5 marker:text-soft">
            <li>{signInHost} opens. Sign in there with the account whose repositories are to be deployed.</li>
            <li>
              It asks whether you permit Slipway to do what is listed below. Confirm within ten minutes.
            </li>
            <li>You come back here. Slipway tests the connection and shows the report.</li>
          </ol>
        </section>
        <Scopes title="What Slipway needs there" scopes={method.scopes} />
      </Card>
      {mayAuthorize && (
        <form method="post" action={`${page}/authorize/step`}>
          <input type="hidden" name="returnTo" value={page} />
          <Button type="submit" look="primary" size="large" className="max-w-full">
            <ExternalLink aria-hidden="true" />
            <span className="truncate">Continue to {signInHost}</span>
          </Button>
        </form>
      )}
    </>
  );
}
