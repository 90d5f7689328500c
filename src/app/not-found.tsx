import { Brand } from "@/ui/brand";
import { buttonStyle } from "@/ui/button-style";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-[70dvh] max-w-md content-center justify-items-center gap-3 px-4 text-center">
      <Brand />
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p className="text-soft">
        It was removed, the address is mistyped, or it belongs to another organization.
      </p>
      {/* A plain link: every page loads the script of this one ahead. */}
      <a href="/" className={buttonStyle({ look: "primary" }, "mt-2")}>
        Go to the overview
      </a>
    </main>
  );
}
