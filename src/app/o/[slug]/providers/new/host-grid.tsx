"use client";
import { useMutation } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useDraft } from "@/client/drafts";
import {
  addressOfText,
  allHosts,
  type HostChoice,
  hostOfUrl,
  isRepositoryName,
  originOfText,
  withPathOf,
} from "@/client/host";
import { useTRPC } from "@/client/trpc";
import type { GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { Logo } from "@/ui/logo";

/** The hosts by their usual names, and a box that recognizes them by a pasted address. */
export function HostGrid(props: { types: GitProviderType[]; onChoose(choice: HostChoice): void }) {
  const [{ address = "" }, change] = useDraft("address", () => ({ address: "" }));
  const found = hostOfUrl(props.types, address);
  const origin = originOfText(address);
  const trpc = useTRPC();
  const identify = useMutation(
    trpc.gitProvider.identifyHost.mutationOptions({
      onSuccess({ type, host, url }) {
        const choice = allHosts(props.types).find((one) => one.type.type === type && one.host.label === host);
        if (choice) props.onChoose(withPathOf({ ...choice, url: url ?? choice.url }, address));
      },
    }),
  );
  const send = () =>
    found ? props.onChoose(found) : origin && identify.mutate({ address: addressOfText(address) });
  return (
    <div className="grid gap-6">
      <Form onSend={send} busy={identify.isPending} className="max-w-2xl">
        <Field
          label="Address"
          help={addressHelp(address, found, origin)}
          error={identify.data?.reason?.message ?? identify.error?.message}
        >
          <Input
            inputMode="url"
            value={address}
            onChange={(event) => {
              change({ address: event.target.value });
              identify.reset();
            }}
            placeholder="https://git.example.com/team/site"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        {found && (
          <Button type="submit" look="primary" className="mt-4">
            Continue with {found.host.label}
            <ArrowRight aria-hidden="true" />
          </Button>
        )}
        {!found && origin && (
          <Button type="submit" busy={identify.isPending} className="mt-4">
            Ask which product it is
          </Button>
        )}
      </Form>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-3">
        {allHosts(props.types).map((choice) => (
          <li key={choice.host.label}>
            <Button
              className="h-auto min-h-16 w-full justify-start gap-3 px-4 text-left whitespace-normal [&_svg]:size-4"
              onClick={() =>
                props.onChoose(
                  address ? withPathOf({ ...choice, url: choice.url || origin }, address) : choice,
                )
              }
            >
              <Logo file={choice.host.logo} className="size-6" />
              <span className="min-w-0">
                <span className="block font-medium">{choice.host.label}</span>
                {choice.host.baseUrl && (
                  <span className="block text-sm font-normal text-soft max-sm:hidden">
                    {new URL(choice.host.baseUrl).host}
                  </span>
                )}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function addressHelp(address: string, found: HostChoice | null, origin: string): string {
  if (found) return `This is ${found.host.label}.`;
  if (isRepositoryName(address))
    return "This names a repository, but not where it is. Choose its host below.";
  if (address.trim() && !origin)
    return "This is not an address. Paste one like https://git.example.com/team/site.";
  if (origin)
    return `Which product runs at ${origin}? Have it asked, or choose it below; the address comes along.`;
  return "Of a repository, of a group, or of the start page.";
}
