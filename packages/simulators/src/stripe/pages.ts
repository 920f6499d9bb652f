import { finishChallenge } from './attempts.ts';
import type { Engine } from './engine.ts';
import { ApiError } from './errors.ts';
import { type FormNode, parseForm } from './form.ts';
import { html, page } from './html.ts';
import type { Ledger } from './ledger.ts';
import type { JsonObject, PaymentIntent } from './objects.ts';
import { readAll } from './params.ts';
import { confirmParams } from './payment-intent-params.ts';
import { confirmIntent, existingIntent } from './payment-intents.ts';
import { TEST_PAYMENT_METHODS } from './test-payment-methods.ts';

/** A request outside `/v1`, its body read. */
export interface PageCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

/** A page or a redirect. */
export interface PageAnswer {
  readonly status: number;
  readonly html: string;
  readonly location?: string;
}

function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function shown(status: number, title: string, content = html``): PageAnswer {
  return { status, html: page(title, content) };
}

function redirectTo(location: string): PageAnswer {
  return { status: 303, html: '', location };
}

function text(form: FormNode, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

function returnUrlOf(intent: PaymentIntent): string | undefined {
  const redirect = intent.next_action?.['redirect_to_url'] as JsonObject | undefined;
  const found = redirect?.['return_url'];
  return typeof found === 'string' ? found : undefined;
}

function withResult(returnUrl: string, intent: PaymentIntent): string {
  const target = new URL(returnUrl);
  target.searchParams.set('payment_intent', intent.id);
  target.searchParams.set('payment_intent_client_secret', intent.client_secret);
  target.searchParams.set('redirect_status', resultOf(intent));
  return target.href;
}

function resultOf(intent: PaymentIntent): string {
  if (intent.status === 'succeeded' || intent.status === 'requires_capture') return 'succeeded';
  return intent.status === 'processing' ? 'pending' : 'failed';
}

function summary(intent: PaymentIntent) {
  return html`<p><strong>${money(intent.amount, intent.currency)}</strong> ${intent.description ?? ''}<br>
    <code>${intent.id}</code> is <strong>${intent.status}</strong></p>`;
}

/** The pages a person uses: the list, the 3-D Secure challenge and paying by hand. */
export class Pages {
  readonly #engine: Engine;
  readonly #ledger: Ledger;

  constructor(engine: Engine, ledger: Ledger) {
    this.#engine = engine;
    this.#ledger = ledger;
  }

  /** Answers a call; a refusal becomes a page. */
  handle(call: PageCall): PageAnswer {
    try {
      return this.#route(call);
    } catch (error) {
      if (error instanceof ApiError) return shown(error.status, error.message);
      console.error(error);
      return shown(500, 'The simulator failed');
    }
  }

  #route(call: PageCall): PageAnswer {
    const [, section, id, rest] = call.path.split('/');
    const form = parseForm(call.method === 'POST' ? call.body : call.query);
    if (call.path === '/' && call.method === 'GET') return this.#list();
    const known = (section === '3ds' || section === 'pay') && id !== undefined && rest === undefined;
    if (!known) return shown(404, 'There is no such page');
    if (call.method !== 'GET' && call.method !== 'POST') return shown(405, 'Only GET and POST work here');
    const intent = this.#ledger.find('payment_intent', id);
    if (intent === undefined) return shown(404, 'There is no such payment');
    if (section === '3ds') return call.method === 'GET' ? this.#challenge(intent) : this.#answer(intent, form);
    return call.method === 'GET' ? this.#payPage(intent, form) : this.#pay(intent, form);
  }

  #list(): PageAnswer {
    const rows = this.#ledger
      .paymentIntents()
      .slice(-200)
      .reverse()
      .map(
        (intent) => html`<tr><td><a href="/pay/${intent.id}?client_secret=${intent.client_secret}">${intent.id}</a></td>
          <td>${money(intent.amount, intent.currency)}</td><td>${intent.status}</td>
          <td>${intent.description ?? ''}</td><td>${new Date(intent.created * 1_000).toISOString()}</td></tr>`,
      );
    return shown(
      200,
      'Payments',
      html`<table><tr><th>Payment</th><th>Amount</th><th>Status</th><th>Description</th><th>Created</th></tr>${rows}</table>`,
    );
  }

  #challenge(intent: PaymentIntent): PageAnswer {
    if (intent.status !== 'requires_action') return shown(200, 'Nothing to authenticate', summary(intent));
    return shown(
      200,
      '3-D Secure',
      html`${summary(intent)}<p>Your bank asks: is this payment yours?</p>
        <form method="post"><button name="action" value="complete">Complete</button>
        <button name="action" value="fail">Fail</button></form>`,
    );
  }

  #answer(intent: PaymentIntent, form: FormNode): PageAnswer {
    const action = text(form, 'action');
    if (action !== 'complete' && action !== 'fail') return shown(400, 'Choose Complete or Fail');
    const returnUrl = returnUrlOf(intent);
    this.#engine.step((tx) => finishChallenge(tx, existingIntent(tx, intent.id), action === 'complete'));
    const after = this.#ledger.find('payment_intent', intent.id) ?? intent;
    if (returnUrl !== undefined) return redirectTo(withResult(returnUrl, after));
    return shown(200, `Authentication ${resultOf(after)}`, summary(after));
  }

  #payPage(intent: PaymentIntent, form: FormNode, problem = ''): PageAnswer {
    const secret = text(form, 'client_secret');
    if (secret !== intent.client_secret) return shown(403, 'The client_secret does not belong to this payment');
    const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status);
    if (!open) return shown(200, 'Payment', summary(intent));
    const options = TEST_PAYMENT_METHODS.map((name) => html`<option>${name}</option>`);
    return shown(
      problem === '' ? 200 : 402,
      'Pay',
      html`${summary(intent)}<p role="alert">${problem}</p><form method="post">
        <input type="hidden" name="client_secret" value="${secret}">
        <input type="hidden" name="return_url" value="${text(form, 'return_url')}">
        <label>Test card <select name="payment_method">${options}</select></label> <button>Pay</button></form>`,
    );
  }

  #pay(intent: PaymentIntent, form: FormNode): PageAnswer {
    if (text(form, 'client_secret') !== intent.client_secret) return this.#payPage(intent, form);
    // A page of ours always has a way back, so dynamic payment methods never lack a return_url.
    const given = Object.assign(Object.create(null) as FormNode, form, { use_stripe_sdk: 'true' });
    if (text(form, 'return_url') === '') delete given['return_url'];
    else given['use_stripe_sdk'] = 'false';
    const params = readAll(confirmParams, given);
    const outcome = this.#engine.step((tx) => confirmIntent(tx, intent.id, params));
    const after = this.#ledger.find('payment_intent', intent.id) ?? intent;
    if (!outcome.ok) return this.#payPage(after, form, outcome.error.message);
    if (after.status === 'requires_action') return redirectTo(`/3ds/${after.id}`);
    if (params.return_url !== undefined) return redirectTo(withResult(params.return_url, after));
    return shown(200, 'Payment', summary(after));
  }
}
