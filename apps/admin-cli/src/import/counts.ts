/** What an import's rows came to. `drafts` are among the created, updated or unchanged ones. */
export interface Counts {
  created: number;
  updated: number;
  unchanged: number;
  drafts: number;
  failed: number;
}

export function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, drafts: 0, failed: 0 };
}

export function addCounts(sum: Counts, more: Counts): void {
  sum.created += more.created;
  sum.updated += more.updated;
  sum.unchanged += more.unchanged;
  sum.drafts += more.drafts;
  sum.failed += more.failed;
}

/** The line that scripts read. */
export function countsLine({ created, updated, unchanged, drafts, failed }: Counts): string {
  return `created ${created}, updated ${updated}, unchanged ${unchanged}, drafts ${drafts}, failed ${failed}`;
}
