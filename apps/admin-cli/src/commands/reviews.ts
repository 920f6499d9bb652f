import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addReviewCommands(program: Command, act: Act): void {
  const reviews = program.command('reviews').description('Read and decide on what customers say of products.');
  const load = () => import('./manage-reviews.ts');

  pageOptions(reviews.command('list'))
    .description('Print reviews, the oldest first.')
    .addOption(new Option('--status <status>').choices(['pending', 'approved', 'rejected']).default('pending'))
    .option('--product <slug>', 'of one product')
    .action(act(async () => (await load()).listReviews));

  reviews
    .command('approve')
    .description('Show reviews to everybody.')
    .argument('<ids...>')
    .action(act(async () => (await load()).approveReviews));

  reviews
    .command('reject')
    .description('Show reviews to nobody but who wrote them.')
    .argument('<ids...>')
    .requiredOption('--reason <text>', 'the customer reads it')
    .action(act(async () => (await load()).rejectReviews));

  reviews
    .command('reply')
    .description('Answer a review; without a text the answer is taken away.')
    .argument('<id>')
    .argument('[text]')
    .action(act(async () => (await load()).replyToReview));
}
