const NO_NAMES = { statement_descriptor: null, statement_descriptor_kana: null, statement_descriptor_kanji: null };
const NO_PREFIXES = { statement_descriptor_prefix_kana: null, statement_descriptor_prefix_kanji: null };
const NOTHING_DUE = {
  alternatives: [],
  current_deadline: null,
  currently_due: [],
  disabled_reason: null,
  errors: [],
  eventually_due: [],
  past_due: [],
  pending_verification: [],
};

/** The account every secret key of the simulator belongs to. */
export function simulatorAccount(created: number): object {
  const id = 'acct_1CartwrightSimulator';
  return {
    id,
    object: 'account',
    business_profile: { mcc: null, name: 'Cartwright simulator', product_description: null, url: null },
    business_type: null,
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    controller: { type: 'account' },
    country: 'US',
    created,
    default_currency: 'usd',
    details_submitted: true,
    email: 'simulator@example.com',
    external_accounts: { data: [], has_more: false, object: 'list', url: `/v1/accounts/${id}/external_accounts` },
    future_requirements: NOTHING_DUE,
    metadata: {},
    payouts_enabled: true,
    requirements: NOTHING_DUE,
    settings: {
      bacs_debit_payments: { display_name: null, service_user_number: null },
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_issuing: { tos_acceptance: { date: null, ip: null } },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: null,
        ...NO_PREFIXES,
      },
      dashboard: { display_name: 'Cartwright simulator', timezone: 'Etc/UTC' },
      invoices: { default_account_tax_ids: null, hosted_payment_method_save: null },
      payments: { ...NO_NAMES, ...NO_PREFIXES },
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: 2, interval: 'daily' },
        statement_descriptor: null,
      },
      sepa_debit_payments: {},
    },
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: 'standard',
  };
}
