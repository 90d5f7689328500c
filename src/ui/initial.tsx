import { cn } from "@/ui/class-names";

/** The first letter of a name in a small square, where there is no picture. */
export function Initial({ name, round }: { name: string; round?: boolean }) {
  const letter = [...name.trim()][0]?.toUpperCase() ?? "?";
  return (
    <span
      aria-hidden="true"
      className={cn(
        "grid size-6 shrink-0 place-items-center bg-accent-wash text-xs font-semibold text-accent-ink",
        round ? "rounded-full" : "rounded-sm",
      )}
    >
      {letter}
    </span>
  );
}
