/** Settings that are accepted and settings that are not, with the path that is named: SQL and API must agree on each. */

export interface SettingCase {
  readonly key: string;
  readonly value: unknown;
  /** path of the flaw; null: accepted */
  readonly at: string | null;
}

const webhook = { id: 'erp', url: 'https://hooks.example/in', events: ['approval.decided'], enabled: true };
const accepted = (key: string, value: unknown): SettingCase => ({ key, value, at: null });
const refused = (key: string, at: string, value: unknown): SettingCase => ({ key, value, at: at === '' ? `settings.${key}` : `settings.${key}.${at}` });
const webhookWith = (changes: Readonly<Record<string, unknown>>): unknown => ({ webhooks: [{ ...webhook, ...changes }] });

export const settingCases: readonly SettingCase[] = [
  accepted('branding', {}),
  accepted('branding', { logoUrl: 'https://cdn.brand.example/logo.svg?v=2#top', primaryColor: '#1A5f7a', accentColor: null, domain: 'brand.example' }),
  refused('branding', '', []),
  refused('branding', 'logoUrl', { logoUrl: 'http://cdn.brand.example/logo.svg' }),
  refused('branding', 'logoUrl', { logoUrl: 'javascript:alert(1)' }),
  refused('branding', 'logoUrl', { logoUrl: 'https://cdn.brand.example/a b' }),
  refused('branding', 'logoUrl', { logoUrl: `https://cdn.brand.example/${'x'.repeat(500)}` }),
  refused('branding', 'primaryColor', { primaryColor: 'red' }),
  refused('branding', 'primaryColor', { primaryColor: '#12345g' }),
  refused('branding', 'primaryColor', { primaryColor: 7 }),
  refused('branding', 'domain', { domain: 'not a domain' }),
  refused('branding', 'colour', { colour: '#112233' }),
  accepted('businessRules', { approvalsRequired: 1 }),
  accepted('businessRules', { approvalsRequired: 5, endingNoticeDays: 365 }),
  refused('businessRules', 'approvalsRequired', { approvalsRequired: 0 }),
  refused('businessRules', 'approvalsRequired', { approvalsRequired: 6 }),
  refused('businessRules', 'approvalsRequired', { approvalsRequired: 1.5 }),
  refused('businessRules', 'approvalsRequired', { approvalsRequired: '2' }),
  refused('businessRules', 'approvalsRequired', { approvalsRequired: null }),
  refused('businessRules', 'endingNoticeDays', { endingNoticeDays: -1 }),
  refused('businessRules', 'approvals_required', { approvals_required: 2 }),
  accepted('integrations', {}),
  accepted('integrations', { webhooks: [] }),
  accepted('integrations', webhookWith({ enabled: false, url: 'https://hooks.example:8443' })),
  refused('integrations', 'webhooks.0.url', webhookWith({ url: 'http://hooks.example/in' })),
  refused('integrations', 'webhooks.0.url', webhookWith({ url: 'https://user:word@hooks.example/in' })),
  refused('integrations', 'webhooks.0.url', webhookWith({ url: undefined })),
  refused('integrations', 'webhooks.0.id', webhookWith({ id: 'ERP' })),
  refused('integrations', 'webhooks.0.id', webhookWith({ id: '' })),
  refused('integrations', 'webhooks.0.events', webhookWith({ events: [] })),
  refused('integrations', 'webhooks.0.events.1', webhookWith({ events: ['approval.decided', 'tenant.deleted'] })),
  refused('integrations', 'webhooks.0.enabled', webhookWith({ enabled: 'yes' })),
  refused('integrations', 'webhooks.0.secret', webhookWith({ secret: 'mine' })),
  refused('integrations', 'webhooks.1.id', { webhooks: [webhook, webhook] }),
  refused('integrations', 'webhooks', { webhooks: Array.from({ length: 11 }, (_, n) => ({ ...webhook, id: `w${n}` })) }),
  refused('integrations', 'webhooks', { webhooks: { 0: webhook } }),
  accepted('features', { artworkReview: true, beta2: false }),
  refused('features', 'artworkReview', { artworkReview: 'on' }),
  refused('features', 'artworkReview', { artworkReview: null }),
  refused('features', 'Artwork review', { 'Artwork review': true }),
  refused('features', '', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, true]))),
  accepted('security', { encryptTokens: false }),
  refused('security', 'encryptToken', { encryptToken: true }),
  accepted('security', { invitationLimit: 5 }),
  refused('security', 'invitationLimit', { invitationLimit: 0 }),
  refused('security', 'invitationLimit', { invitationLimit: 'many' }),
  accepted('security', { requireSecondFactor: false, encryptTokens: false }),
  refused('security', 'requireSecondFactor', { requireSecondFactor: 'yes' }),
  refused('security', '', 'none'),
];
