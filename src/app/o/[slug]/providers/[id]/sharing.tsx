"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Promote } from "@/app/o/[slug]/providers/_credential/promote";
import { useDraft } from "@/client/drafts";
import { FormError } from "@/client/form-error";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { GitProviderDetail } from "@/features/git-provider/contract";
import type { Member } from "@/features/member/contract";
import { Alert } from "@/ui/alert";
import { Section } from "@/ui/card";
import { Form } from "@/ui/form";
import { Select } from "@/ui/input";
import { Link } from "@/ui/link";
import { SaveRow } from "@/ui/save-row";
import { toastSuccess } from "@/ui/toast";

type Access = "use" | "manage";
type Chosen = Record<string, Access | undefined>;

const choices = [
  { value: "everyone", label: "Everyone", hint: "Each member of the organization, as their role allows." },
  { value: "members", label: "Chosen members", hint: "Those below. Owners and admins always see it." },
] as const;

/** Who sees this provider, and who may change it. */
export function Sharing({ provider }: { provider: GitProviderDetail }) {
  const trpc = useTRPC();
  const members = useQuery(trpc.member.all.queryOptions({ limit: 100 }));
  return (
    <Section title="Who may use it">
      {provider.visibility === "application" ? (
        <OfApplication provider={provider} />
      ) : (
        <Loaded query={members}>{(page) => <SharingForm provider={provider} members={page.items} />}</Loaded>
      )}
    </Section>
  );
}

function OfApplication({ provider }: { provider: GitProviderDetail }) {
  return (
    <div className="grid gap-3">
      <Alert>
        <p>
          It belongs to{" "}
          {provider.applicationId ? (
            <Link
              className="text-accent-ink underline underline-offset-4"
              href={`/applications/${provider.applicationId}`}
            >
              one application
            </Link>
          ) : (
            "one application"
          )}{" "}
          and serves no other. It is removed with it.
        </p>
      </Alert>
      <Promote provider={provider} />
    </div>
  );
}

/** As the draft of the form holds it: who sees the provider, and the access of each member by id. */
function storedSharing({ visibility, members }: GitProviderDetail): Record<string, string> {
  return {
    ...Object.fromEntries(members.map(({ memberId, access }) => [memberId, access])),
    visibility: visibility === "members" ? "members" : "everyone",
  };
}

function chosenOf(values: Record<string, string>): Chosen {
  const pairs = Object.entries(values).flatMap(([memberId, access]) =>
    access === "use" || access === "manage" ? [[memberId, access] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function SharingForm({ provider, members }: { provider: GitProviderDetail; members: Member[] }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [values, change, clear, discard] = useDraft("sharing", () => storedSharing(provider));
  const { visibility = "everyone", ...rest } = values;
  const chosen = chosenOf(rest);
  const before = storedSharing(provider);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(values)])].some(
    (name) => (before[name] ?? "") !== (values[name] ?? ""),
  );
  const save = useMutation(
    trpc.gitProvider.setVisibility.mutationOptions({
      onSuccess: async () => {
        clear();
        toastSuccess("Sharing saved");
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
  function send(): void {
    const list = Object.entries(chosen).flatMap(([memberId, access]) =>
      access ? [{ memberId, access }] : [],
    );
    const { gitProviderId } = provider;
    save.mutate(
      visibility === "members"
        ? { gitProviderId, visibility, members: list }
        : { gitProviderId, visibility: "everyone" },
    );
  }
  // Owners and admins see every provider, so they are not offered.
  const choosable = members.filter(({ role }) => role !== "owner" && role !== "admin");
  return (
    <Form onSend={send} busy={save.isPending} className="grid max-w-2xl gap-4">
      <div role="radiogroup" aria-label="Who may use it" className="grid gap-2 sm:grid-cols-2">
        {choices.map(({ value, label, hint }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 rounded-md border p-3 transition-colors hover:bg-hover has-checked:border-accent-ink has-checked:bg-accent-wash"
          >
            <input
              type="radio"
              name="visibility"
              value={value}
              checked={visibility === value}
              onChange={() => change({ visibility: value })}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="block font-medium">{label}</span>
              <span className="block text-soft">{hint}</span>
            </span>
          </label>
        ))}
      </div>
      {visibility === "members" && (
        <MemberChoice
          members={choosable}
          chosen={chosen}
          onChange={(memberId, access) => change({ [memberId]: access ?? "" })}
        />
      )}
      <FormError error={save.error} />
      <SaveRow verb="Save sharing" changed={changed} busy={save.isPending} onDiscard={discard} />
    </Form>
  );
}

function MemberChoice(props: {
  members: Member[];
  chosen: Chosen;
  onChange(memberId: string, access: Access | undefined): void;
}) {
  if (props.members.length === 0)
    return <p className="text-soft">Everyone here is an owner or admin, who see it anyway.</p>;
  return (
    <ul className="divide-y rounded-md border">
      {props.members.map(({ memberId, name, email, role }) => (
        <li key={memberId} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
          <div className="min-w-0">
            <p className="font-medium">{name}</p>
            <p className="text-sm text-soft">
              {email} · {role}
            </p>
          </div>
          <Select
            aria-label={`Access of ${name}`}
            className="w-40"
            value={props.chosen[memberId] ?? ""}
            onChange={(event) => {
              const { value } = event.target;
              props.onChange(memberId, value === "use" || value === "manage" ? value : undefined);
            }}
          >
            <option value="">No access</option>
            <option value="use">May use it</option>
            <option value="manage">May manage it</option>
          </Select>
        </li>
      ))}
    </ul>
  );
}
