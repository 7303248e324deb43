/** Words of the sign-in page. */
import { counted } from './format.ts';

export const signIn = {
  title: 'Sign in',
  promise: 'Competing brands, one database, no way across.',
  email: 'E-mail',
  password: 'Password',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  submit: 'Sign in',
  codeTitle: 'Enter your code',
  code: 'Code',
  codeHelp: 'Six digits of your authenticator app, or one of your recovery codes.',
  codeSubmit: 'Continue',
  changeTitle: 'Choose your own password',
  changeWhy: 'The password you were given is a first one, good for three days at most. Choose one that only you know; sessions that are open elsewhere will end.',
  newPassword: 'New password',
  newPasswordHelp: 'At least 12 characters, and none of the commonest passwords. A sentence is easy to remember.',
  repeatPassword: 'New password again',
  repeatMismatch: 'The two are not the same.',
  changeSubmit: 'Save and sign in',
  back: 'Back',
  locked: 'This account is locked for a while',
  lockedUntil: (time: string) => `Too many wrong attempts. It opens again at ${time}.`,
  lockedHint: 'An administrator of the platform can unlock it sooner.',
  limitedUntil: (seconds: number) => `Too many attempts from here. Try again in ${counted(seconds, 'second')}.`,
  reasons: {
    'signed-out': 'You are signed out.',
    ended: 'Your session has ended: it was idle or open for too long. Sign in to go on where you were.',
    revoked: 'Your session was ended, by you elsewhere or by an administrator. Sign in to go on where you were.',
  },
} as const;
