import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiAs, customerRows, newAdministrator, newCustomer, refusalOf } from '../../../testing/customer-calls.ts';
import { customer, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const grant = { channel: 'email', granted: true, textVersion: 'newsletter-3' } as const;
const withdraw = { channel: 'email', granted: false } as const;
const nothing = { granted: false, source: null, textVersion: null, at: null };

describe('marketing consent', () => {
  test('is nothing until it is given, and then says when, where and to which wording', async () => {
    const { id, api } = await newCustomer(runtime);
    expect((await api.consents()).items).toEqual([
      { channel: 'email', ...nothing },
      { channel: 'sms', ...nothing },
      { channel: 'phone', ...nothing },
      { channel: 'post', ...nothing },
    ]);
    const { items } = await api.setConsent({ ...grant, source: 'checkout' });
    const at = runtime.clock.now();
    expect(items[0]).toEqual({ channel: 'email', granted: true, source: 'checkout', textVersion: 'newsletter-3', at });
    expect(items.slice(1).every(({ granted }) => !granted)).toBe(true);
    expect((await api.profile()).marketing).toEqual({ email: true, sms: false, phone: false, post: false });

    runtime.clock.advance(3600);
    const later = apiAs(runtime, customer(id));
    await later.setConsent(withdraw);
    expect((await later.profile()).marketing.email).toBe(false);
    const history = await later.consentHistory({});
    expect(history).toEqual({
      nextCursor: null,
      items: [
        {
          id: expect.any(String),
          channel: 'email',
          action: 'withdrawn',
          source: 'account',
          textVersion: null,
          by: 'customer',
          at: runtime.clock.now(),
        },
        {
          id: expect.any(String),
          channel: 'email',
          action: 'granted',
          source: 'checkout',
          textVersion: 'newsletter-3',
          by: 'customer',
          at,
        },
      ],
    });
  });

  test('that says the same again adds nothing; another wording is another consent', async () => {
    const { api } = await newCustomer(runtime);
    const actions = async () => (await api.consentHistory({})).items.map((each) => each.textVersion ?? each.action);
    await api.setConsent(withdraw);
    expect(await actions()).toEqual([]);
    await api.setConsent(grant);
    await api.setConsent(grant);
    await api.setConsent({ ...grant, textVersion: 'newsletter-4' });
    await api.setConsent(withdraw);
    await api.setConsent(withdraw);
    expect(await actions()).toEqual(['withdrawn', 'newsletter-4', 'newsletter-3']);
  });

  test('is not given without the wording', async () => {
    const { api } = await newCustomer(runtime);
    const before = await customerRows(runtime);
    expect((await refusalOf(api.setConsent({ channel: 'sms', granted: true }))).code).toBe('invalid_input');
    expect((await refusalOf(api.setConsent({ ...grant, source: 'staff' } as never))).code).toBe('invalid_input');
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('has a history that pages go through once, the newest first', async () => {
    const { api } = await newCustomer(runtime);
    for (let i = 0; i < 7; i += 1) await api.setConsent(i % 2 === 0 ? grant : withdraw);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.consentHistory({ limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect((await refusalOf(api.consentHistory({ cursor: 'x' }))).code).toBe('cursor_invalid');
  });

  test('of each account is its own', async () => {
    const [ada, eve] = [await newCustomer(runtime), await newCustomer(runtime)];
    await ada.api.setConsent(grant);
    expect((await eve.api.consentHistory({})).items).toEqual([]);
    expect((await eve.api.profile()).marketing.email).toBe(false);
  });

  test('that staff write down for a customer says so, and is noted', async () => {
    const { id: customerId, api } = await newCustomer(runtime);
    const admin = await newAdministrator(runtime);
    const shown = await admin.api.adminSetConsent({ ...grant, customerId, channel: 'phone' });
    expect(shown.consents.find(({ channel }) => channel === 'phone')).toMatchObject({ granted: true, source: 'staff' });
    await admin.api.adminSetConsent({ ...grant, customerId, channel: 'phone' });
    const expected = [{ channel: 'phone', action: 'granted', source: 'staff', by: 'staff' }];
    expect((await api.consentHistory({})).items).toMatchObject(expected);
    expect((await admin.api.adminConsentHistory({ customerId })).items).toMatchObject(expected);
    const audited = `select actor, action, detail from audit_log where target = $1`;
    expect(await querySql(runtime.databaseUrl, audited, [`user:${customerId}`])).toEqual([
      {
        actor: { kind: 'staff', userId: admin.id },
        action: 'customer.consent_recorded',
        detail: { channel: 'phone', granted: true },
      },
    ]);
  });

  test('of staff is nothing that staff write down or read here', async () => {
    const [admin, colleague] = [await newAdministrator(runtime), await newAdministrator(runtime)];
    const before = await customerRows(runtime);
    const refusal = { code: 'customer_not_found' };
    expect(await refusalOf(admin.api.adminSetConsent({ ...grant, customerId: colleague.id }))).toEqual(refusal);
    expect(await refusalOf(admin.api.adminConsentHistory({ customerId: colleague.id }))).toEqual(refusal);
    expect(await customerRows(runtime)).toEqual(before);
  });
});

describe('the history of consent', () => {
  test.each([
    ['changed', `update marketing_consents set action = 'withdrawn' where user_id = $1`],
    ['moved in time', `update marketing_consents set at = now() where user_id = $1`],
    ['deleted', 'delete from marketing_consents where user_id = $1'],
  ])('cannot be %s while the account lives', async (_name, statement) => {
    const { id, api } = await newCustomer(runtime);
    await api.setConsent(grant);
    const before = await api.consentHistory({});
    await expect(querySql(runtime.databaseUrl, statement, [id])).rejects.toThrow('marketing_consents is append-only');
    expect(await api.consentHistory({})).toEqual(before);
  });

  test.each([
    ['erased', `update users set status = 'erased' where id = $1`, 'delete from marketing_consents where user_id = $1'],
    ['deleted', 'delete from users where id = $1', 'select $1::uuid'],
  ])('goes when the account is %s', async (_name, end, then) => {
    const { id, api } = await newCustomer(runtime);
    await api.setConsent(grant);
    await querySql(runtime.databaseUrl, end, [id]);
    await querySql(runtime.databaseUrl, then, [id]);
    const left = 'select id from marketing_consents where user_id = $1';
    expect(await querySql(runtime.databaseUrl, left, [id])).toEqual([]);
  });
});
