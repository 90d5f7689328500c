import { LoaderCircle } from "lucide-react";
import { type ComponentProps, cloneElement, isValidElement, type MouseEvent } from "react";
import { cn } from "@/ui/class-names";

const base =
  "relative inline-flex shrink-0 items-center justify-center gap-2 rounded-md border text-base font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed aria-disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0";

const looks = {
  primary:
    "border-transparent bg-accent text-on-accent hover:bg-accent-strong disabled:bg-hover disabled:text-soft",
  secondary: "border-line bg-surface text-ink hover:bg-hover disabled:bg-hover disabled:text-soft",
  quiet: "border-transparent bg-transparent text-ink hover:bg-hover disabled:text-soft",
  danger:
    "border-transparent bg-bad-fill text-white hover:brightness-110 disabled:bg-hover disabled:text-soft",
  link: "border-transparent text-accent-ink underline-offset-4 hover:underline disabled:text-soft",
};

const sizes = {
  normal: "h-9 px-3.5",
  small: "h-8 px-2.5 text-sm",
  large: "h-11 px-5",
  icon: "size-9",
  smallIcon: "size-8",
  inline: "h-auto border-0 p-0",
};

export type ButtonProps = ComponentProps<"button"> & {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
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

export function Button({
  look = "secondary",
  size = "normal",
  busy,
  asChild,
  className,
  children,
  ...rest
}: ButtonProps) {
  const style = cn(base, looks[look], sizes[size], className);
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
      <span className={cn("contents", busy && "*:invisible")}>
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
