import { CircleAlert } from "lucide-react";
import { cloneElement, type ReactElement, type ReactNode, useId } from "react";
import { Sentence } from "@/ui/sentence";

interface ControlProps {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** Label, control, help and error, linked for assistive technology. The child is the control. */
export function Field(props: {
  label: ReactNode;
  help?: ReactNode;
  error?: string;
  optional?: boolean;
  /** Beside the label, at the end of the line. */
  aside?: ReactNode;
  children: ReactElement<ControlProps>;
}) {
  const id = useId();
  const described = [props.help && `${id}-help`, props.error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          {props.label}
          {props.optional && (
            <>
              {" "}
              <span className="ml-0.5 font-normal text-soft">optional</span>
            </>
          )}
        </label>
        {props.aside}
      </div>
      {cloneElement(props.children, {
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": props.error ? true : undefined,
      })}
      {props.error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-bad" role="alert">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          <span>
            <Sentence text={props.error} />
          </span>
        </p>
      )}
      {props.help && (
        <div id={`${id}-help`} className="text-sm text-soft">
          {props.help}
        </div>
      )}
    </div>
  );
}
