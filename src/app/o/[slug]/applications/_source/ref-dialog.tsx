"use client";
import { useState } from "react";
import { RefList } from "@/app/o/[slug]/applications/_source/ref-list";
import type { RefsOf } from "@/app/o/[slug]/applications/_source/use-refs";
import { isCommitId } from "@/git/ref-name";
import { Button } from "@/ui/button";
import { cn } from "@/ui/class-names";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";

/** The chosen ref: a branch is followed, a tag or commit is deployed once. */
export interface RefChoice {
  kind: "branch" | "tag" | "commit";
  name: string;
}

const kinds = [
  { kind: "branch", label: "Branches" },
  { kind: "tag", label: "Tags" },
  { kind: "commit", label: "Commit" },
] as const;

/** Choose a branch; or, where that makes sense, a tag or a commit. */
export function RefDialog(props: {
  of: RefsOf;
  title: string;
  defaultBranch: string | null;
  picked: string | null;
  /** Only branches can be followed. */
  branchesOnly?: boolean;
  onPick(choice: RefChoice): void;
  onClose(): void;
}) {
  const [kind, setKind] = useState<RefChoice["kind"]>("branch");
  return (
    <Modal open onOpenChange={(open) => !open && props.onClose()} title={props.title}>
      <div className="grid gap-3">
        {!props.branchesOnly && (
          <fieldset className="flex gap-1">
            <legend className="sr-only">What to choose from</legend>
            {kinds.map((each) => (
              <label
                key={each.kind}
                className={cn(
                  "cursor-pointer rounded-md px-3 py-1.5 text-soft hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent-ink",
                  kind === each.kind && "bg-hover font-medium text-ink",
                )}
              >
                <input
                  type="radio"
                  name="kind"
                  className="sr-only"
                  checked={kind === each.kind}
                  onChange={() => setKind(each.kind)}
                />
                {each.label}
              </label>
            ))}
          </fieldset>
        )}
        {kind === "commit" ? (
          <CommitChoice onPick={(name) => props.onPick({ kind, name })} />
        ) : (
          <RefList
            key={kind}
            of={props.of}
            kind={kind}
            defaultBranch={props.defaultBranch}
            picked={props.picked}
            onPick={(name) => props.onPick({ kind, name })}
          />
        )}
      </div>
    </Modal>
  );
}

/** A commit by its whole id: hosts do not search by the beginning of one. */
function CommitChoice({ onPick }: { onPick(sha: string): void }) {
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
