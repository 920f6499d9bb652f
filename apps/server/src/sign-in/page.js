// The page at /sign-in and at the links of mails: log in, register, second factors. The session is in cookies that no
// script can read; the page keeps the CSRF token of it in memory, and gets it anew by a refresh.

const byId = (id) => document.getElementById(id);
const sections = ['guest', 'link', 'proof', 'member'];
let csrfToken;
let user;

/** A refusal of the store, as RFC 9457 has it. */
class Problem extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.code = problem.code;
    this.details = problem.details ?? {};
  }
}

function show(section) {
  for (const id of sections) byId(id).hidden = id !== section;
}

function say(text, isError = false) {
  byId('message').textContent = text;
  byId('message').className = isError ? 'error' : '';
}

async function send(method, path, body) {
  const headers = { 'content-type': 'application/json', ...(csrfToken && { 'x-csrf-token': csrfToken }) };
  const response = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const answer = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Problem(answer);
  return answer;
}

/** Calls the store; an access token that has expired is renewed, and what is dangerous asks for a proof first. */
async function api(method, path, body) {
  try {
    return await send(method, path, body);
  } catch (problem) {
    if (problem.code === 'unauthenticated' && user !== undefined) await renew();
    else if (problem.code === 'step_up_required') await stepUp();
    else throw problem;
    return send(method, path, body);
  }
}

/** Logged in, with the tokens in cookies. */
function enter(session) {
  ({ csrfToken, user } = session);
  history.replaceState(null, '', '/sign-in');
}

async function renew() {
  enter(await send('POST', '/v1/auth/refresh', {}));
}

// --- proofs ---------------------------------------------------------------------------------------------------------

const askPasskey = async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
};

/** Waits until the person has given one of the proofs, or throws when they cancel. */
function askProof(methods, passkeyOptions) {
  const section = byId('proof');
  const form = section.querySelector('form');
  const byPassword = methods.includes('password');
  form.querySelector('span').textContent = byPassword ? 'Password' : 'Code of the app, or a recovery code';
  form.elements.proof.type = byPassword ? 'password' : 'text';
  form.hidden = methods.length === 1 && methods[0] === 'passkey';
  section.querySelector('[value=passkey]').hidden = !methods.includes('passkey');
  form.reset();
  show('proof');
  return new Promise((resolve, reject) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = form.elements.proof.value;
      if (byPassword) resolve({ password: text });
      else resolve(/^\s*\d{3}\s?\d{3}\s*$/.test(text) ? { code: text } : { recoveryCode: text });
    };
    section.onclick = async ({ target }) => {
      if (target.value === 'cancel') reject(new Error('Cancelled.'));
      if (target.value !== 'passkey') return;
      try {
        resolve({ passkey: await askPasskey(await passkeyOptions()) });
      } catch (error) {
        reject(error);
      }
    };
  });
}

const wrongProofs = ['second_factor_invalid', 'passkey_invalid', 'credentials_invalid', 'invalid_input'];

/** Asks for a proof until the store takes it. */
async function proveUntilTaken(methods, passkeyOptions, take) {
  for (;;) {
    const proof = await askProof(methods, passkeyOptions);
    try {
      return await take(proof);
    } catch (problem) {
      if (!wrongProofs.includes(problem.code)) throw problem;
      say(problem.message, true);
    }
  }
}

async function stepUp() {
  const { totp, passkeys } = await send('GET', '/v1/me/second-factors');
  const methods = [...(totp ? ['totp'] : []), ...(passkeys.length > 0 ? ['passkey'] : [])];
  await proveUntilTaken(
    methods.length === 0 ? ['password'] : methods,
    () => send('POST', '/v1/me/step-up/passkey-options', {}),
    (proof) => send('POST', '/v1/me/step-up', proof),
  );
  show('member');
}

async function proveSecondFactor({ challenge, methods }) {
  const session = await proveUntilTaken(
    methods,
    () => send('POST', '/v1/auth/second-factor/passkey-options', { challenge }),
    (proof) => send('POST', '/v1/auth/second-factor', { challenge, session: 'cookie', ...proof }),
  );
  enter(session);
}

// --- what buttons and forms do --------------------------------------------------------------------------------------

const links = {
  'verify-email': { title: 'Confirm your email address', path: '/v1/auth/verify-email', password: 'none' },
  'confirm-email-change': { title: 'Confirm the new address', path: '/v1/auth/confirm-email-change', password: 'none' },
  'reset-password': { title: 'Choose a new password', path: '/v1/auth/reset-password', password: 'needed' },
  'accept-invitation': {
    title: 'Join the staff (choose a password unless you are logged in)',
    path: '/v1/auth/accept-invitation',
    password: 'optional',
  },
};
let link;

const actions = {
  async logIn({ email, password }) {
    try {
      enter(await send('POST', '/v1/auth/login', { email, password, session: 'cookie' }));
    } catch (problem) {
      if (problem.code !== 'second_factor_required') throw problem;
      await proveSecondFactor(problem.details);
    }
  },
  async logInByPasskey() {
    const passkey = await askPasskey(await send('POST', '/v1/auth/passkey/options', {}));
    enter(await send('POST', '/v1/auth/passkey', { passkey, session: 'cookie' }));
  },
  async register({ email, name, password }) {
    await send('POST', '/v1/auth/register', { email, password, ...(name && { name }) });
    await actions.logIn({ email, password });
  },
  async forgotPassword({ email }) {
    await send('POST', '/v1/auth/forgot-password', { email });
    return 'If the address has an account, a mail is on its way.';
  },
  async useLink({ password }) {
    await send('POST', link.path, { token: link.token, ...(password && { password }) });
    history.replaceState(null, '', '/sign-in');
    link = undefined;
    if (user !== undefined) await renew().catch(leave);
    return 'Done.';
  },
  async logOut() {
    await send('POST', '/v1/auth/logout', {});
    leave();
  },
  async addPasskey() {
    const options = await api('POST', '/v1/me/passkeys/options', {});
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const passkey = (await navigator.credentials.create({ publicKey })).toJSON();
    const name = `Passkey of ${new Date().toLocaleString()}`;
    showCodes((await api('POST', '/v1/me/passkeys', { name, passkey })).recoveryCodes);
    return 'The passkey was added.';
  },
  async beginTotp() {
    const { secret, uri } = await api('POST', '/v1/me/totp', {});
    byId('totp-secret').textContent = secret;
    byId('totp-uri').href = uri;
    byId('totp').hidden = false;
  },
  async confirmTotp({ code }) {
    showCodes((await api('POST', '/v1/me/totp/confirm', { code })).recoveryCodes);
    byId('totp').hidden = true;
    return 'The authenticator app was added.';
  },
  async replaceCodes() {
    showCodes((await api('POST', '/v1/me/recovery-codes', {})).recoveryCodes);
  },
  async remove(_fields, { dataset }) {
    await api('DELETE', dataset.path);
    return 'Removed.';
  },
};

function leave() {
  csrfToken = undefined;
  user = undefined;
  showCodes(null);
  byId('totp').hidden = true;
}

function showCodes(codes) {
  byId('codes').hidden = codes === null;
  byId('codes').querySelector('pre').textContent = (codes ?? []).join('\n');
}

async function run(name, fields, element) {
  say('');
  try {
    say((await actions[name](fields, element)) ?? '');
  } catch (error) {
    say(error.message, true);
  }
  await render();
}

document.addEventListener('submit', (event) => {
  const name = event.target.dataset.do;
  if (name === undefined) return;
  event.preventDefault();
  run(name, Object.fromEntries(new FormData(event.target)), event.target).then(() => event.target.reset());
});
document.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement && target.dataset.do) run(target.dataset.do, {}, target);
});

// --- what is shown --------------------------------------------------------------------------------------------------

function factorItem(label, path) {
  const item = document.createElement('li');
  const button = Object.assign(document.createElement('button'), { textContent: 'Remove' });
  Object.assign(button.dataset, { do: 'remove', path });
  item.append(label, button);
  return item;
}

async function render() {
  if (link !== undefined) {
    const password = document.querySelector('#link input');
    byId('link-title').textContent = link.title;
    password.parentElement.hidden = link.password === 'none';
    password.required = link.password === 'needed';
    return show('link');
  }
  if (user === undefined) return show('guest');
  byId('email').textContent = user.email;
  byId('roles').textContent = user.roles.join(', ');
  const { totp, passkeys, recoveryCodesLeft } = await api('GET', '/v1/me/second-factors');
  byId('factors').replaceChildren(
    ...(totp ? [factorItem('Authenticator app', '/v1/me/totp')] : []),
    ...passkeys.map(({ id, name }) => factorItem(name, `/v1/me/passkeys/${id}`)),
  );
  byId('codes-left').textContent =
    totp || passkeys.length > 0 ? `${recoveryCodesLeft} recovery codes are left.` : 'None: the password alone logs in.';
  show('member');
}

/** Links to identity providers, if the store has any; they come back here with the session in cookies. */
async function showProviders() {
  const { items } = await send('GET', '/v1/auth/providers').catch(() => ({ items: [] }));
  const returnTo = encodeURIComponent(`${location.origin}/sign-in`);
  const anchors = items.map(({ name }) =>
    Object.assign(document.createElement('a'), {
      href: `/auth/${name}?session=cookie&returnTo=${returnTo}`,
      textContent: name === 'oidc' ? 'Sign in with the local provider' : `Sign in with ${name}`,
    }),
  );
  byId('providers').replaceChildren(...anchors);
}

async function start() {
  const said = new URLSearchParams(location.hash.slice(1));
  const [, place, action] = location.pathname.split('/');
  // What a link or a provider has brought must not stay in the address bar.
  history.replaceState(null, '', location.pathname);
  if (place === 'account' && links[action]) link = { ...links[action], token: said.get('token') ?? '' };
  if (place === 'account' && action === 'forgot-password') byId('forgotten').open = true;
  await showProviders();
  await renew().catch(() => undefined);
  if (said.get('error') === 'second_factor_required') {
    const methods = (said.get('methods') ?? '').split(',');
    await proveSecondFactor({ challenge: said.get('challenge'), methods }).catch((error) => say(error.message, true));
  } else if (said.has('error')) say(`The sign-in failed: ${said.get('error')}`, true);
  await render();
}

start();
