import { NoInput } from '../../../kit/nothing.ts';
import { customerProcedure } from '../../../trpc/procedures.ts';
import { listConsentHistory } from './list-consent-history.ts';
import { listConsents } from './list-consents.ts';
import { ConsentHistory, ConsentHistoryInput, ConsentList, SetConsentInput } from './schema.ts';
import { setConsent } from './set-consent.ts';

const tags: [string] = ['My account'];

export const consentProcedures = {
  consents: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/consents', summary: 'Marketing that I agree to', tags } })
    .input(NoInput)
    .output(ConsentList)
    .query(({ ctx }) => listConsents(ctx)),
  setConsent: customerProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/me/consents', summary: 'Agree to marketing, or withdraw', tags },
      leavesCatalog: true,
    })
    .input(SetConsentInput)
    .output(ConsentList)
    .mutation(({ ctx, input }) => setConsent(ctx, input)),
  consentHistory: customerProcedure
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/me/consents/history',
        summary: 'All that I said of marketing, newest first',
        tags,
      },
    })
    .input(ConsentHistoryInput)
    .output(ConsentHistory)
    .query(({ ctx, input }) => listConsentHistory(ctx, input)),
};
