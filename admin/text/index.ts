/**
 * Every word of the console, by section, for tests that walk them and for whoever translates. Features import their own
 * file, so that a section's words are loaded with the section.
 */
import { account } from './account.ts';
import { assurance } from './assurance.ts';
import { audit } from './audit.ts';
import { auditActions } from './audit-actions.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { onboarding } from './onboarding.ts';
import { attemptKinds } from './proof-kinds.ts';
import { schemaForm } from './schema-form.ts';
import { security } from './security.ts';
import { signIn } from './sign-in.ts';
import { tenantData } from './tenant-data.ts';
import { tenantDetail } from './tenant-detail.ts';
import { tenantPeople } from './tenant-people.ts';
import { tenants } from './tenants.ts';

export const text = { account, assurance, audit, auditActions, common, errors, frame, onboarding, attemptKinds, schemaForm, security, signIn, tenantData, tenantDetail, tenantPeople, tenants } as const;
