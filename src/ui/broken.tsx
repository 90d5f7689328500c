import { buttonStyle } from "@/ui/button-style";

/**
 * Stands where a page broke. Every page loads it ahead, so it brings no icon and no other part of the library along.
 * @param digest what the server's log calls this error; its text stays there
 */
export function Broken(props: { title: string; advice: string; digest?: string; onRetry(): void }) {
  return (
    <div role="alert" className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-[12vh] text-center">
      <h1 className="text-xl font-semibold">{props.title}</h1>
      <p className="text-soft">{props.advice}</p>
      {props.digest && <p className="font-mono text-sm text-soft">Error {props.digest}</p>}
      <button type="button" className={buttonStyle({ look: "primary" }, "mt-2")} onClick={props.onRetry}>
        Try again
      </button>
    </div>
  );
}
