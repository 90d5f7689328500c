import { Button } from "@/ui/button";

/** Below a form whose result is shown once: Cancel and the verb, and after it was made only Done. */
export function MakeFooter(props: {
  verb: string;
  /** Id of the form that the verb sends. */
  form: string;
  made: boolean;
  busy: boolean;
  disabled?: boolean;
  onClose(): void;
}) {
  if (props.made)
    return (
      <Button look="primary" onClick={props.onClose}>
        Done
      </Button>
    );
  return (
    <>
      <Button onClick={props.onClose}>Cancel</Button>
      <Button look="primary" type="submit" form={props.form} busy={props.busy} disabled={props.disabled}>
        {props.verb}
      </Button>
    </>
  );
}
