/** A long list as a window of keyset pages: at most so many are held, whichever way one scrolls. */

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";

/** Rows a page. */
export const PAGE_SIZE = 100;
/** Pages held at once; rows outside are asked for again. */
export const PAGES_MAX = 20;

export interface ListPage<Row> {
  items: readonly Row[];
  next_cursor?: string | null;
  total?: number | null;
  total_is_estimate?: boolean;
}

export interface PageRequest {
  cursor: string | undefined;
  size: number;
  signal: AbortSignal;
}

interface Place {
  /** Which page it is, from 0. */
  at: number;
  cursor: string | undefined;
}

export function usePages<Row>(
  key: readonly unknown[],
  fetchPage: (request: PageRequest) => Promise<ListPage<Row>>,
) {
  // Keyset pages only lead forward: the cursors passed on the way are the way back.
  const trail = useRef<{ key: string; cursors: (string | undefined)[] }>({ key: "", cursors: [undefined] });
  const name = JSON.stringify(key);
  if (trail.current.key !== name) trail.current = { key: name, cursors: [undefined] };
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: { at: 0, cursor: undefined } as Place,
    queryFn: ({ pageParam, signal }) => fetchPage({ cursor: pageParam.cursor, size: PAGE_SIZE, signal }),
    getNextPageParam: (last, _pages, place): Place | undefined => {
      if (!last.next_cursor) return undefined;
      trail.current.cursors[place.at + 1] = last.next_cursor;
      return { at: place.at + 1, cursor: last.next_cursor };
    },
    getPreviousPageParam: (_first, _pages, place): Place | undefined =>
      place.at === 0 ? undefined : { at: place.at - 1, cursor: trail.current.cursors[place.at - 1] },
    maxPages: PAGES_MAX,
    placeholderData: keepPreviousData,
  });
  const window = useMemo(() => {
    const pages = query.data?.pages ?? [];
    const last = pages.at(-1);
    return {
      /** How many rows stand before the first held one. */
      before: ((query.data?.pageParams[0] as Place | undefined)?.at ?? 0) * PAGE_SIZE,
      rows: pages.flatMap((page) => page.items),
      total: last?.total ?? undefined,
      estimate: last?.total_is_estimate ?? false,
    };
  }, [query.data]);
  return { query, ...window };
}
