import { inbox, payments, type Tx } from '@cartwright/db';

/** Forgets how the ended orders of a customer were paid, and what the provider said of the person who paid them. */
export async function forgetPayer(tx: Tx, { customerId }: { customerId: string }): Promise<void> {
  const attempts = await payments.listPaymentsOfEndedOrders(tx, { customerId });
  await payments.saveMethodsForgotten(tx, { ids: attempts.map(({ id }) => id) });
  const paymentRefs = attempts.flatMap(({ providerRef }) => providerRef ?? []);
  await inbox.saveInboxForgotten(tx, { provider: 'stripe', paymentRefs });
}
