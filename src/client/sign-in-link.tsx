import { signInPath } from "@/client/return-path";
import { Button } from "@/ui/button";

/** After the session ended: the sign-in page in a new tab, which leads back to a copy of this page. */
export function SignInLink() {
  const { pathname, search } = window.location;
  return (
    <Button asChild look="primary" size="small">
      <a href={signInPath(pathname + search)} target="_blank" rel="noreferrer">
        Sign in
      </a>
    </Button>
  );
}
