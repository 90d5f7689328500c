"use client";
import { useState } from "react";
import { isCommitId } from "@/git/ref-name";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";

/** A commit by its whole id: hosts do not search by the beginning of one. */
export function CommitChoice({ onPick }: { onPick(sha: string): void }) {
  const [error, setError] = useState<string>();
  function send({ sha = "" }: Record<string, string>): void {
    const id = sha.trim().toLowerCase();
    if (isCommitId(id)) onPick(id);
    else setError("Paste the whole id of a commit: 40 hexadecimal digits.");
  }
  return (
    <Form onSend={send} focus="sha">
      <Field label="Commit id" error={error}>
        <Input name="sha" className="font-mono" autoComplete="off" spellCheck={false} />
      </Field>
      <Button type="submit" look="primary" className="justify-self-start">
        Use this commit
      </Button>
    </Form>
  );
}
