import { openSealedError } from "@/features/git-provider/oauth/sealed-error";
import { messageOf } from "@/lib/reason";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Link } from "@/ui/link";
import { PageHeader } from "@/ui/page-header";

export const metadata = { title: "Back from a Git host" };

interface Props {
  searchParams: Promise<Record<string, string | string[]>>;
}

/** Shown when a callback belongs to no authorization that this person began. */
export default async function ReturnedPage({ searchParams }: Props) {
  const problem = openSealedError((await searchParams).problem) ?? { code: "authorization_unknown" };
  return (
    <>
      <PageHeader title="Back from a Git host" trail={[{ label: "Providers", href: "/providers" }]} />
      <div className="grid max-w-2xl gap-5">
        <Alert tone="warn" title="Nothing was changed">
          {messageOf(problem)}
        </Alert>
        <Button asChild look="primary" className="justify-self-start">
          <Link href="/providers">Go to the providers</Link>
        </Button>
      </div>
    </>
  );
}
