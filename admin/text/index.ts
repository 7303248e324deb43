/**
 * Every word of the console, by section, for tests that walk them and for whoever translates. Features import their own
 * file, so that a section's words are loaded with the section.
 */
import { account } from './account.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { onboarding } from './onboarding.ts';
import { signIn } from './sign-in.ts';
import { tenants } from './tenants.ts';

export const text = { account, common, errors, frame, onboarding, signIn, tenants } as const;
