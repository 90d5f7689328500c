"use client";
import { triggerNames } from "@/app/o/[slug]/applications/[id]/_environments/trigger-names";
import type { RulesDraft } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules";
import type { Environment } from "@/features/environment/contract";
import { triggers } from "@/features/environment/trigger";
import { Field } from "@/ui/field";
import { Checkbox, Input, Select, Textarea } from "@/ui/input";
import { RelativeTime } from "@/ui/relative-time";

interface Props {
  draft: RulesDraft;
  onChange(changed: Partial<Record<string, string>>): void;
  issues: Record<string, string>;
  disabled: boolean;
  environment: Environment;
  /** The other environments of the application that are always there. */
  others: Environment[];
}

const flag = (on: boolean) => (on ? "on" : "");

export function RulesFields(props: Props) {
  const { draft, issues, disabled } = props;
  const isPush = draft.trigger === "push";
  const isTag = draft.trigger === "tag";
  function change(changed: Partial<RulesDraft>): void {
    props.onChange(changed);
  }
  return (
    <>
      <Field label="Deploy" error={issues.trigger}>
        <Select
          value={draft.trigger}
          disabled={disabled}
          onChange={({ target }) => change({ trigger: target.value })}
        >
          {triggers.map((each) => (
            <option key={each} value={each}>
              {triggerNames[each]}
            </option>
          ))}
        </Select>
      </Field>
      {isPush && (
        <Lines
          label="Branches"
          value={draft.branchPatterns}
          placeholder={"main\nrelease/*\n!release/old"}
          help={`One pattern a line; * stands for a part, ** for any depth, ! takes out again. Empty: ${props.environment.branch}.`}
          error={issueOf(issues, "branchPatterns")}
          disabled={disabled}
          onChange={(branchPatterns) => change({ branchPatterns })}
        />
      )}
      {isTag && (
        <Lines
          label="Tags"
          value={draft.tagPattern}
          placeholder={"v*\n!*-rc*"}
          help="One pattern a line. Empty: all tags."
          error={issueOf(issues, "tagPattern")}
          disabled={disabled}
          onChange={(tagPattern) => change({ tagPattern })}
        />
      )}
      {isPush && (
        <Lines
          label="Watched paths"
          value={draft.watchPaths}
          placeholder={"apps/web/**\n!**/*.md"}
          help="Deploy only when one of these changed. Empty: all files."
          error={issueOf(issues, "watchPaths")}
          disabled={disabled}
          onChange={(watchPaths) => change({ watchPaths })}
        />
      )}
      {(isPush || isTag) && (
        <>
          <Checkbox
            checked={draft.skipMarkers === "on"}
            disabled={disabled}
            onChange={({ target }) => change({ skipMarkers: flag(target.checked) })}
            label="Heed [skip ci] and its like"
            hint="A push is left out when all of its commits are marked."
          />
          <Checkbox
            checked={draft.waitForChecks === "on"}
            disabled={disabled}
            onChange={({ target }) => change({ waitForChecks: flag(target.checked) })}
            label="Wait for the checks of the host"
            hint="Deploys when the tests that run there have succeeded."
          />
          {draft.waitForChecks === "on" && (
            <Field
              label="Wait at most, in minutes"
              error={issues.checksTimeoutMinutes}
              help="When they have not ended by then, nothing is deployed and the reason says so."
            >
              <Input
                type="number"
                inputMode="numeric"
                min={1}
                max={1440}
                className="w-32"
                value={draft.checksTimeoutMinutes}
                disabled={disabled}
                onChange={({ target }) => change({ checksTimeoutMinutes: target.value })}
              />
            </Field>
          )}
        </>
      )}
      <Field
        label="Schedule"
        optional
        error={issues.schedule}
        help={<ScheduleHelp environment={props.environment} />}
      >
        <Input
          className="font-mono"
          placeholder="0 6 * * 1-5"
          autoComplete="off"
          spellCheck={false}
          value={draft.schedule}
          disabled={disabled}
          onChange={({ target }) => change({ schedule: target.value })}
        />
      </Field>
      {props.others.length > 0 && (
        <Field
          label="Publish what is live in"
          error={issues.promotesFrom}
          help="After a deployment there has succeeded, the same files are published here, without another build."
        >
          <Select
            value={draft.promotesFrom}
            disabled={disabled}
            onChange={({ target }) => change({ promotesFrom: target.value })}
          >
            <option value="">No other environment</option>
            {props.others.map(({ environmentId, name }) => (
              <option key={environmentId} value={environmentId}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  );
}

function ScheduleHelp({ environment }: { environment: Environment }) {
  return (
    <>
      Minute, hour, day, month, weekday, in UTC. <code className="font-mono">0 6 * * 1-5</code>: at 06:00 on
      working days.
      {environment.scheduleDueAt && (
        <>
          {" "}
          Next <RelativeTime at={environment.scheduleDueAt} />.
        </>
      )}
    </>
  );
}

/** What is wrong with a list or one of its lines. */
function issueOf(issues: Record<string, string>, name: string): string | undefined {
  const found = Object.entries(issues).find(([path]) => path === name || path.startsWith(`${name}.`));
  if (!found) return undefined;
  const line = Number(found[0].slice(name.length + 1));
  return found[0] === name ? found[1] : `Line ${line + 1}: ${found[1]}`;
}

function Lines(props: {
  label: string;
  value: string;
  placeholder: string;
  help: string;
  error?: string;
  disabled: boolean;
  onChange(value: string): void;
}) {
  const rows = Math.min(8, Math.max(3, props.value.split("\n").length + 1));
  return (
    <Field label={props.label} optional help={props.help} error={props.error}>
      <Textarea
        rows={rows}
        className="font-mono text-sm"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={props.placeholder}
        value={props.value}
        disabled={props.disabled}
        onChange={({ target }) => props.onChange(target.value)}
      />
    </Field>
  );
}
