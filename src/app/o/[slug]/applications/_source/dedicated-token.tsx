"use client";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";

/** A token that is used for this repository only. Not a form element, since it is inside one. */
export function DedicatedToken({ onUse }: { onUse(token: { username: string; accessToken: string }): void }) {
  const [username, setUsername] = useState("");
  const [accessToken, setAccessToken] = useState("");
  return (
    <details className="group rounded-md border">
      <summary className="flex min-h-10 items-center gap-2 rounded-md px-3 text-soft hover:bg-hover">
        <ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden="true" />
        Use a token for this repository only
      </summary>
      <div className="grid gap-4 px-4 pt-2 pb-4">
        <Field label="Token or password" help="It is kept encrypted and sent to this repository only.">
          <PasswordInput
            value={accessToken}
            autoComplete="new-password"
            onChange={(event) => setAccessToken(event.target.value)}
          />
        </Field>
        <Field label="User name" optional help="Most hosts take any name beside a token.">
          <Input value={username} autoComplete="off" onChange={(event) => setUsername(event.target.value)} />
        </Field>
        <Button
          className="justify-self-start"
          disabled={accessToken.trim() === ""}
          onClick={() => onUse({ username: username.trim(), accessToken })}
        >
          Use this token
        </Button>
      </div>
    </details>
  );
}
