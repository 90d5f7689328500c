import { LoaderCircle } from "lucide-react";
import { type ComponentProps, cloneElement, isValidElement, type MouseEvent } from "react";
import { type ButtonLook, buttonStyle } from "@/ui/button-style";
import { cn } from "@/ui/class-names";

export type ButtonProps = ComponentProps<"button"> &
  ButtonLook & {
    /**
     * Shows a spinner over the label, so that the width stays, and takes no further click. It keeps the focus, which a
     * disabled button would lose: `aria-disabled` tells it.
     */
    busy?: boolean;
    /** Draw the only child, a link for example, with the look of a button. */
    asChild?: boolean;
  };

/** Also keeps a submit button from sending its form once more. */
function ignore(event: MouseEvent): void {
  event.preventDefault();
}

export function Button({ look, size, busy, asChild, className, children, ...rest }: ButtonProps) {
  const style = buttonStyle({ look, size }, className);
  if (asChild) {
    return isValidElement<{ className?: string }>(children)
      ? cloneElement(children, { ...rest, className: cn(style, children.props.className) })
      : children;
  }
  return (
    <button
      type="button"
      {...rest}
      className={style}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? ignore : rest.onClick}
    >
      <span className={cn("contents", busy && "*:opacity-0")}>
        {busy ? <span className="inline-flex items-center gap-2">{children}</span> : children}
      </span>
      {busy && (
        <span className="absolute inset-0 grid place-items-center" aria-hidden="true">
          <LoaderCircle className="animate-spin" />
        </span>
      )}
    </button>
  );
}
