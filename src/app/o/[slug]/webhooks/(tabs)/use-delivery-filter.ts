"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { type DeliveryFilter, filterIn, isNarrow, noFilter } from "@/app/o/[slug]/_delivery/delivery-queries";
import { replaceQuery } from "@/ui/address-state";

/** The filters of the inbox stand in the address, so that they survive a reload and Back and can be sent to others. */
export function useDeliveryFilter(): [DeliveryFilter, (changed: Partial<DeliveryFilter>) => void] {
  const query = useSearchParams();
  const [filter, setFilter] = useState(() => filterIn(query));
  const isWritten = useRef(isNarrow(filter));
  function change(changed: Partial<DeliveryFilter>): void {
    const next = { ...filter, ...changed };
    setFilter(next);
    replaceQuery(next);
  }
  // A link to this same page, as in the navigation, leads to the whole list.
  useEffect(() => {
    const there = isNarrow(filterIn(query));
    if (isWritten.current && !there) setFilter(noFilter);
    isWritten.current = there;
  }, [query]);
  return [filter, change];
}
