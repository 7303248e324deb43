/** An operator's own account: who one is, one's password, one's second factor. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account as words } from '../../../admin/text/account.ts';
import { testPassword } from '../../harness/database.ts';
import { inBothThemes, signIn, startConsole, violationsInBothThemes, weakWords } from './console-run.ts';
import type { ConsoleRun } from './console-run.ts';
import { cellsOfSvg, readQrCode } from './qr-reader.ts';

let run: ConsoleRun;

beforeAll(async () => {
  run = await startConsole({ tenants: ['aurora'] });
});
afterAll(async () => {
  await run.close();
});

const EMAIL = 'operator@console.example';
const factor = async (): Promise<Record<string, unknown> | undefined> =>
  (await run.server.db.withOwner((client) => client.query(
    `select f.confirmed_at is not null as confirmed, cardinality(f.recovery_hashes) as codes
       from platform_private.second_factors f join platform.operators o on o.id = f.person_id where f.tenant_id is null and o.email = $1`, [EMAIL]))).rows[0] as Record<string, unknown> | undefined;
/** The code of this moment, or of the step after: one is taken once. */
const codeOf = (secret: string, steps = 0): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

test('shows who one is and sets up a second factor by a QR code, which nobody but this page draws; signing in then asks for it', async () => {
  const page = await run.signedIn('operator', '/account');
  /** Axe in both themes, and 7:1. */
  const inspect = async (): Promise<void> => {
    expect(await violationsInBothThemes(page)).toEqual([]);
    await inBothThemes(page, async (scheme) => {
      expect({ scheme, weak: await weakWords(page, 'main') }).toEqual({ scheme, weak: [] });
    });
  };
  const said: string[] = [];
  const asked = new Set<string>();
  page.on('console', (message) => said.push(message.text()));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.getByText(EMAIL).first().waitFor();
  await page.getByText('Not set up').waitFor();
  expect(await violationsInBothThemes(page)).toEqual([]);

  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  await page.getByLabel('Your password, to be sure that it is you').fill('not the password');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').getByText(/password/i).first().waitFor();
  await page.getByLabel('Your password, to be sure that it is you').fill(testPassword);
  await page.getByRole('button', { name: 'Continue' }).click();
  const code = page.getByRole('img', { name: words.qrCode });
  await code.waitFor();
  const secret = (await page.getByRole('group', { name: 'Key' }).innerText()).replaceAll(/\s/g, '');
  const uri = await page.getByRole('link', { name: 'Open in an authenticator app' }).getAttribute('href') ?? '';
  expect(new URL(uri).searchParams.get('secret')).toBe(secret);
  // What a camera reads is that address.
  expect(readQrCode(cellsOfSvg(await code.evaluate((svg) => svg.outerHTML), 4))).toBe(uri);
  await inspect();
  expect(await factor()).toMatchObject({ confirmed: false });

  await page.getByLabel('The code that the app shows now').fill('000000');
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByRole('alert').first().waitFor();
  await page.getByLabel('The code that the app shows now').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByText('Keep these recovery codes').waitFor();
  const shown = await page.getByRole('listitem').locator('code').allInnerTexts();
  await inspect();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText(`${shown.length} recovery codes are left.`).waitFor();
  expect(await factor()).toEqual({ confirmed: true, codes: shown.length });
  expect(said.filter((line) => /content.security.policy/i.test(line))).toEqual([]);
  expect([...asked]).toEqual([new URL(run.server.url).origin]);

  const again = await run.visitor('/account');
  await signIn(again, EMAIL, testPassword);
  await again.getByLabel('Code').fill(codeOf(secret, 1));
  await again.getByRole('button', { name: 'Continue' }).click();
  await again.getByText(`${shown.length} recovery codes are left.`).waitFor();
  await again.context().close();

  await page.getByRole('button', { name: 'Remove the second factor' }).click();
  const confirm = page.getByRole('alertdialog');
  await confirm.getByLabel('Your password').fill(testPassword);
  expect(await violationsInBothThemes(page)).toEqual([]);
  await confirm.getByRole('button', { name: 'Remove the second factor' }).click();
  await page.getByText('Not set up').waitFor();
  expect(await factor()).toBeUndefined();
});

test('changes one’s password, which ends the other sessions and no longer signs in', async () => {
  const [other, page] = [await run.signedIn('security', '/account'), await run.signedIn('security', '/account')];
  await page.getByLabel('Current password').fill(testPassword);
  await page.getByLabel('New password', { exact: true }).fill('a sentence of my very own');
  await page.getByLabel('New password again').fill('a sentence of my very own');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password is changed. Other sessions have ended.').waitFor();
  await other.getByText('Sign in to go on where you were.', { exact: false }).waitFor();
  await signIn(other, 'security@console.example', testPassword);
  await other.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
  await signIn(other, 'security@console.example', 'a sentence of my very own');
  await other.getByText('security@console.example').first().waitFor();
});
