import { Button } from "@/ui/button";

/** Below a form of settings: saves what differs from what is stored, or takes it back. */
export function SaveRow(props: { verb: string; changed: boolean; busy: boolean; onDiscard(): void }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button type="submit" look="primary" busy={props.busy} disabled={!props.changed}>
        {props.verb}
      </Button>
      {props.changed && !props.busy && (
        <Button look="quiet" onClick={props.onDiscard}>
          Discard changes
        </Button>
      )}
    </div>
  );
}
