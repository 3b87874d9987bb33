// The ceremony of a passkey: ask the server what to ask the authenticator, ask it, and send its answer with the form.
const known = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON;

async function answerOf(form) {
  const token = form.querySelector('[name=__RequestVerificationToken]').value;
  const asked = await fetch(form.dataset.options, { method: 'POST', headers: { RequestVerificationToken: token } });
  if (!asked.ok)
    throw new Error(`The server answered ${asked.status}.`);
  const options = await asked.json();
  const credential = form.dataset.passkey === 'get'
    ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
    : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  return JSON.stringify(credential.toJSON());
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !known;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const failed = form.querySelector('[data-failed]');
    failed.hidden = true;
    try {
      form.elements.credential.value = await answerOf(form);
    } catch {
      failed.hidden = false;
      return;
    }
    form.submit();
  });
}

for (const missing of document.querySelectorAll('[data-passkeys-missing]'))
  missing.hidden = Boolean(known);
