import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Sentence } from "@/ui/sentence";

/** A part that could not be loaded: why, and a way on. */
export function ErrorPanel(props: {
  message: string;
  requestId?: string;
  onRetry?(): void;
  busy?: boolean;
  actions?: ReactNode;
}) {
  return (
    <Alert
      tone="bad"
      title="This could not be loaded"
      actions={
        <>
          {props.onRetry && (
            <Button size="small" busy={props.busy} onClick={props.onRetry}>
              <RotateCw aria-hidden="true" />
              Try again
            </Button>
          )}
          {props.actions}
        </>
      }
    >
      <p>
        <Sentence text={props.message} />
      </p>
      {props.requestId && <p className="font-mono text-sm text-soft">Request {props.requestId}</p>}
    </Alert>
  );
}
