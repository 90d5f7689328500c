import { Button } from "@/ui/button";
import { copyText } from "@/ui/copy-button";

/** Below a form whose result is shown once: Cancel and the verb, and after it was made only Copy and Done. */
export function CreateFooter(props: {
  verb: string;
  /** Id of the form that the verb sends. */
  form: string;
  /** What was made. */
  made: string | undefined;
  busy: boolean;
  disabled?: boolean;
  onClose(): void;
}) {
  const { made, onClose } = props;
  if (made !== undefined)
    return (
      <>
        <Button onClick={onClose}>Done</Button>
        <Button look="primary" onClick={async () => (await copyText(made)) && onClose()}>
          Copy and close
        </Button>
      </>
    );
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button look="primary" type="submit" form={props.form} busy={props.busy} disabled={props.disabled}>
        {props.verb}
      </Button>
    </>
  );
}
