"use client";
import { useQuery } from "@tanstack/react-query";
import { GitBranch, GitCommitHorizontal, Tag } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { RefChoice } from "@/app/o/[slug]/applications/_source/ref-dialog";
import { useTRPC } from "@/client/trpc";
import type { GitProvider } from "@/features/git-provider/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";

const RefDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/_source/ref-dialog").then((module) => module.RefDialog),
);

const icons = { branch: GitBranch, tag: Tag, commit: GitCommitHorizontal };

/** The branch that is taken, and a dialog to take another. */
export function RefField(props: {
  id?: string;
  provider: GitProvider;
  fullName: string;
  defaultBranch: string | null;
  value: RefChoice | null;
  onChange(choice: RefChoice): void;
  branchesOnly?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}) {
  const trpc = useTRPC();
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const type = types.find((each) => each.type === props.provider.providerType);
  const [open, setOpen] = useState(false);
  const { value, defaultBranch } = props;
  const Icon = icons[value?.kind ?? "branch"];
  const name = value?.kind === "commit" ? value.name.slice(0, 12) : value?.name;
  return (
    <>
      <Button
        id={props.id}
        aria-describedby={props["aria-describedby"]}
        aria-invalid={props["aria-invalid"]}
        aria-haspopup="dialog"
        className="w-full min-w-0 justify-start border-line-strong/60 font-normal"
        disabled={!type}
        onClick={() => setOpen(true)}
      >
        <Icon className="text-soft" aria-hidden="true" />
        <span className="min-w-0 truncate">{name ?? "Choose a branch"}</span>
        {value?.kind === "branch" && value.name === defaultBranch && <Badge tone="accent">default</Badge>}
        <span className="ml-auto text-sm text-accent-ink">Change</span>
      </Button>
      {open && type && (
        <RefDialog
          of={{ type, provider: props.provider, fullName: props.fullName }}
          title={props.branchesOnly ? "Choose a branch" : "Choose a branch, tag or commit"}
          defaultBranch={defaultBranch}
          picked={value?.name ?? null}
          branchesOnly={props.branchesOnly}
          onPick={(choice) => {
            props.onChange(choice);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
