// @ts-check
/**
 * Takes the token out of the address's fragment, which no server and no log ever sees, and sends it with the password that was chosen.
 * Served as it is: plain JavaScript of the browser, without anything from elsewhere.
 */
const form = /** @type {HTMLFormElement} */ (document.getElementById('accept'));
const password = /** @type {HTMLInputElement} */ (document.getElementById('password'));
const reveal = /** @type {HTMLButtonElement} */ (document.getElementById('reveal'));
const send = /** @type {HTMLButtonElement} */ (document.getElementById('send'));
const error = /** @type {HTMLElement} */ (document.getElementById('error'));
const done = /** @type {HTMLElement} */ (document.getElementById('done'));
const email = /** @type {HTMLElement} */ (document.getElementById('email'));

const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token === null || token === '') {
  say('This link is not complete. Open it again from the message, or copy the whole of it.');
} else {
  form.hidden = false;
}

reveal.addEventListener('click', () => {
  const shown = password.type === 'text';
  password.type = shown ? 'password' : 'text';
  reveal.setAttribute('aria-pressed', String(!shown));
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void accept();
});

async function accept() {
  say('');
  send.disabled = true;
  try {
    const response = await fetch(String(form.dataset.call), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, newPassword: password.value }),
      credentials: 'omit',
    });
    const answer = await response.json();
    if (response.ok) finish(answer.email);
    else refuse(answer);
  } catch {
    say('The server cannot be reached. Your password was not changed; try again shortly.');
  } finally {
    send.disabled = false;
  }
}

/** @param {string} address */
function finish(address) {
  password.value = '';
  // The token has been used; it need not stay in the address or the history.
  history.replaceState(null, '', location.pathname);
  form.hidden = true;
  email.textContent = address;
  done.hidden = false;
  done.focus();
}

/** @param {{ detail?: string, errors?: { field: string, message: string }[] }} answer */
function refuse(answer) {
  const [first] = answer.errors ?? [];
  say(first?.message ?? answer.detail ?? 'This did not work. Try again shortly.');
  if (first?.field !== 'newPassword') return;
  password.setAttribute('aria-invalid', 'true');
  password.focus();
}

/** @param {string} words read out when they change, since the paragraph is an alert */
function say(words) {
  error.textContent = words;
  error.hidden = words === '';
  password.removeAttribute('aria-invalid');
}
