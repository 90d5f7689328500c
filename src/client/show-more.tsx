import { Button } from "@/ui/button";

/** What is used of a list that comes in pages. */
interface Query {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

/** Below a list: the next page of it, while there is one. */
export function ShowMore({ query }: { query: Query }) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      className="justify-self-center"
      busy={query.isFetchingNextPage}
      onClick={() => query.fetchNextPage()}
    >
      Show more
    </Button>
  );
}
