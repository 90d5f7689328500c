"use client";
import { useQuery } from "@tanstack/react-query";
import { Search, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { decisionWords } from "@/app/o/[slug]/_delivery/decision-pill";
import { type DeliveryFilter, isNarrow, noFilter } from "@/app/o/[slug]/_delivery/delivery-queries";
import { eventWords } from "@/app/o/[slug]/_delivery/delivery-text";
import { useMay } from "@/client/me";
import { nameOfProvider } from "@/client/provider-name";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Input, Select } from "@/ui/input";
import { Labelled } from "@/ui/labelled";

interface Props {
  filter: DeliveryFilter;
  onChange(changed: Partial<DeliveryFilter>): void;
}

interface Option {
  value: string;
  word: string;
}

/** Search, and filters that are folded away until one of them is used. */
export function DeliveryFilters({ filter, onChange }: Props) {
  const { search, decision, ...rest } = filter;
  const [open, setOpen] = useState(() => Object.values(rest).some(Boolean));
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative min-w-0 flex-1 basis-56">
          <Search
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft"
            aria-hidden="true"
          />
          <Input
            type="search"
            aria-label="Search deliveries"
            placeholder="Repository, branch, commit or delivery id"
            className="pl-9"
            value={search}
            maxLength={200}
            onChange={({ target }) => onChange({ search: target.value })}
          />
        </div>
        <Choice
          label="What came of it"
          all="Every outcome"
          value={decision}
          options={decisionWords}
          onChange={(value) => onChange({ decision: value })}
        />
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          <SlidersHorizontal aria-hidden="true" />
          Filters
        </Button>
        {isNarrow(filter) && (
          <Button look="quiet" onClick={() => onChange(noFilter)}>
            Clear
          </Button>
        )}
      </div>
      {open && <More filter={filter} onChange={onChange} />}
    </div>
  );
}

function More({ filter, onChange }: Props) {
  const trpc = useTRPC();
  const mayRead = useMay("application:read");
  const applications = useQuery(trpc.application.all.queryOptions({ limit: 100 }, { enabled: mayRead })).data;
  const providers = useQuery(trpc.gitProvider.getAll.queryOptions()).data ?? [];
  const hooks = useQuery(trpc.webhook.all.queryOptions({})).data ?? [];
  const items = applications?.items ?? [];
  const chosen = items.find((each) => each.applicationId === filter.application);
  return (
    <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5">
      <Labelled label="Application">
        <Choice
          all="All applications"
          value={filter.application}
          options={items.map(({ applicationId, name }) => ({ value: applicationId, word: name }))}
          // Environments belong to one application.
          onChange={(application) => onChange({ application, environment: "" })}
        />
      </Labelled>
      <Labelled label="Environment">
        <Choice
          all="All environments"
          value={filter.environment}
          disabled={!chosen}
          options={(chosen?.environments ?? []).map(({ environmentId, name }) => ({
            value: environmentId,
            word: name,
          }))}
          onChange={(environment) => onChange({ environment })}
        />
      </Labelled>
      <Labelled label="Provider">
        <Choice
          all="All providers"
          value={filter.provider}
          options={providers.map((each) => ({ value: each.gitProviderId, word: nameOfProvider(each) }))}
          onChange={(provider) => onChange({ provider })}
        />
      </Labelled>
      <Labelled label="Repository">
        <Choice
          all="All repositories"
          value={filter.repository}
          options={namesOf(
            hooks.map((each) => each.repository),
            filter.repository,
          )}
          onChange={(repository) => onChange({ repository })}
        />
      </Labelled>
      <Labelled label="Event">
        <Choice
          all="All events"
          value={filter.event}
          options={eventOptions(filter.event)}
          onChange={(event) => onChange({ event })}
        />
      </Labelled>
    </div>
  );
}

/** The kinds of events; the chosen one may be named as its host does. */
function eventOptions(chosen: string): Option[] {
  const known = Object.entries(eventWords).map(([value, word]) => ({ value, word }));
  return chosen === "" || chosen in eventWords ? known : [...known, { value: chosen, word: chosen }];
}

/** Each name once. The chosen one is there even if no webhook is for it any more. */
function namesOf(names: string[], chosen: string): Option[] {
  return [...new Set([...names, chosen])]
    .filter(Boolean)
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => ({ value: name, word: name }));
}

function Choice(props: {
  /** Where no label stands beside it. */
  label?: string;
  all: string;
  value: string;
  options: readonly Option[];
  disabled?: boolean;
  onChange(value: string): void;
}) {
  return (
    <Select
      aria-label={props.label}
      className={props.label && "w-auto"}
      value={props.value}
      disabled={props.disabled}
      onChange={({ target }) => props.onChange(target.value)}
    >
      <option value="">{props.all}</option>
      {props.options.map(({ value, word }) => (
        <option key={value} value={value}>
          {word}
        </option>
      ))}
    </Select>
  );
}
