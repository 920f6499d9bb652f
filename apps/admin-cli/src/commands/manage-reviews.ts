import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Review = RouterOutputs['review']['adminList']['items'][number];

const columns: Column<Review>[] = [
  { head: 'Id', cell: (row) => row.id },
  { head: 'Product', cell: (row) => row.product.slug, maxWidth: 30 },
  { head: 'Stars', cell: (row) => row.rating, align: 'right' },
  { head: 'Bought', cell: (row) => (row.verifiedPurchase ? 'yes' : 'no') },
  { head: 'Status', cell: (row) => row.status },
  { head: 'Says', cell: (row) => [row.title, row.text].filter(Boolean).join(': ').replace(/\s+/g, ' '), maxWidth: 60 },
];

/** `reviews list`. */
export async function listReviews(cli: Cli, options: RouterInputs['review']['adminList']): Promise<undefined> {
  const page = await connect(cli).review.adminList.query(options);
  printPage(cli, page, { columns, none: 'No reviews.' });
}

/** `reviews approve`. */
export async function approveReviews(cli: Cli, reviewIds: string[]): Promise<undefined> {
  print(cli, await connect(cli).review.moderate.mutate({ reviewIds, decision: 'approved' }));
}

/** `reviews reject`. */
export async function rejectReviews(cli: Cli, reviewIds: string[], { reason }: { reason: string }): Promise<undefined> {
  print(cli, await connect(cli).review.moderate.mutate({ reviewIds, decision: 'rejected', reason }));
}

/** `reviews reply`. */
export async function replyToReview(cli: Cli, reviewId: string, text?: string): Promise<undefined> {
  const review = await connect(cli).review.reply.mutate({ reviewId, text: text ?? null });
  cli.out(cli.json ? json(review) : table(cli, columns, [review]));
}

function print(cli: Cli, { items }: { items: Review[] }): void {
  cli.out(cli.json ? json({ items }) : table(cli, columns, items));
}
