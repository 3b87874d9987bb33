// Copies an address, or the rows of a question as a table: as HTML that keeps 0004417 a text, and as lines with tabs for whatever takes no HTML.
const most = 5_000_000;

function cellsOf(csv) {
  const rows = [[]];
  let cell = '', quoted = false;
  for (let i = 0; i < csv.length; i++) {
    const c = csv[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') cell += csv[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1).push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') cell += c;
  }
  if (cell || rows.at(-1).length) rows.at(-1).push(cell);
  else rows.pop();
  return rows;
}

const escaped = text => text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
const isNumber = text => /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text);
const plain = text => /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function tableOf(rows) {
  const cell = text => isNumber(text) ? `<td>${text}</td>` : `<td style="mso-number-format:'\\@'">${escaped(text)}</td>`;
  return `<table>${rows.map(r => `<tr>${r.map(cell).join('')}</tr>`).join('')}</table>`;
}

async function copyRows(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/csv' } });
  if (answer.status === 403) return 'Your role does not read this.';
  if (!answer.ok) return `The service answered ${answer.status}. Look at the question to see why.`;
  const csv = (await answer.text()).replace(/^\uFEFF/, '');
  if (csv.length > most) return 'These are too many rows to copy. Take the file.';
  const rows = cellsOf(csv);
  const [html, text] = [tableOf(rows), rows.map(r => r.map(plain).join('\t')).join('\n')];
  await navigator.clipboard.write([new ClipboardItem({
    'text/html': new Blob([html], { type: 'text/html' }),
    'text/plain': new Blob([text], { type: 'text/plain' }),
  })]);
  const count = rows.length - 1;
  return count === 1 ? 'Copied 1 row. Paste it into a sheet.' : `Copied ${count} rows. Paste them into a sheet.`;
}

async function copyText(text) {
  await navigator.clipboard.writeText(text);
  return 'Copied the address.';
}

const said = document.querySelector('[data-said]');
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !(globalThis.ClipboardItem && navigator.clipboard);
  button.addEventListener('click', async () => {
    said.textContent = '';
    try {
      said.textContent = await (button.dataset.copy === 'rows' ? copyRows : copyText)(button.dataset.from);
    } catch {
      said.textContent = 'The browser did not let it be copied.';
    }
  });
}
