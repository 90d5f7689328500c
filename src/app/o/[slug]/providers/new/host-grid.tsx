"use client";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { allHosts, type HostChoice, hostOfUrl, originOfText } from "@/client/host";
import type { GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { Logo } from "@/ui/logo";

/** The hosts by the names people use, and a box that knows them by any of their addresses. */
export function HostGrid(props: { types: GitProviderType[]; onChoose(choice: HostChoice): void }) {
  const [pasted, setPasted] = useState("");
  const found = hostOfUrl(props.types, pasted);
  const origin = originOfText(pasted);
  return (
    <div className="grid gap-6">
      <Form onSend={() => found && props.onChoose(found)} className="max-w-2xl">
        <Field label="Address" help={pasteHelp(found, origin)}>
          <Input
            type="url"
            inputMode="url"
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
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
      </Form>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-3">
        {allHosts(props.types).map((choice) => (
          <li key={choice.host.label}>
            <Button
              className="h-auto min-h-16 w-full justify-start gap-3 px-4 text-left whitespace-normal [&_svg]:size-4"
              onClick={() => props.onChoose({ ...choice, url: choice.url || origin })}
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

function pasteHelp(found: HostChoice | null, origin: string): string {
  if (found) return `This is ${found.host.label}.`;
  if (origin) return `Which product runs at ${origin}? Choose it below; the address comes along.`;
  return "Of a repository, of a group, or of the start page.";
}
