import { cn } from "@/ui/class-names";

/**
 * A host's logo in its own shape and the colour of the text. `file` is a name under public/logo; anything else than a
 * plain file name draws nothing, since the name gets from a manifest into a style.
 */
export function Logo({ file, className }: { file: string; className?: string }) {
  const known = /^[a-z0-9-]+(\.svg)?$/.test(file);
  const image = known ? `url("/logo/${file.replace(/\.svg$/, "")}.svg")` : undefined;
  return (
    <span
      aria-hidden="true"
      className={cn("inline-block size-5 shrink-0 bg-current", !known && "invisible", className)}
      style={{ maskImage: image, maskSize: "contain", maskRepeat: "no-repeat", maskPosition: "center" }}
    />
  );
}
