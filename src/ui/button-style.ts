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

export interface ButtonLook {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
}

/** The classes of a button, for elements that must not bring the script of `Button` along. */
export function buttonStyle({ look = "secondary", size = "normal" }: ButtonLook, className?: string): string {
  return cn(base, looks[look], sizes[size], className);
}
