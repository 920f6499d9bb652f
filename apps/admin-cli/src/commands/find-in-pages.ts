interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The first item of a list that is looked for, read page by page; undefined when it is on none. */
export async function findInPages<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  isIt: (item: Item) => boolean,
): Promise<Item | undefined> {
  let cursor: string | null | undefined;
  do {
    const page = await read({ limit: 100, ...(cursor && { cursor }) });
    const found = page.items.find(isIt);
    if (found !== undefined) return found;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return undefined;
}
