/** What the wizard has gathered, and what is sent of it. */
import type { CreateTenantMutationVariables } from '../api/onboarding.generated.ts';

export type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Draft {
  readonly name: string;
  readonly id: string;
  /** Typed by hand: no longer follows the name. */
  readonly ownId: boolean;
  readonly domain: string;
  readonly description: string;
  readonly template: string;
  readonly tier: 'standard' | 'dedicated';
  /** By section, what is set and not left to the platform. */
  readonly settings: Settings;
  readonly adminName: string;
  readonly adminEmail: string;
  readonly activate: boolean;
}

export const emptyDraft: Draft = {
  name: '', id: '', ownId: false, domain: '', description: '', template: 'standard', tier: 'standard', settings: {}, adminName: '', adminEmail: '', activate: true,
};

export const STEPS = ['about', 'start', 'access', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** One setting of a section; `undefined` leaves it to the platform. */
export function withSetting(settings: Settings, section: string, name: string, value: unknown): Settings {
  const { [name]: _before, ...others } = settings[section] ?? {};
  const next = value === undefined ? others : { ...others, [name]: value };
  const { [section]: _section, ...rest } = settings;
  return Object.keys(next).length === 0 ? rest : { ...rest, [section]: next };
}

/** What `createTenant` is asked. What is empty is left out. */
export function orderOf(draft: Draft): CreateTenantMutationVariables {
  const text = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  return {
    id: draft.id,
    name: draft.name.trim(),
    description: text(draft.description),
    domain: text(draft.domain),
    tier: draft.tier,
    template: draft.template,
    settings: draft.settings,
    activate: draft.activate,
    adminEmail: text(draft.adminEmail),
    adminName: text(draft.adminName),
  };
}

/** The step in which a field that was refused is. */
export function stepOf(field: string): Step {
  if (/^(?:id|name|domain|description)$/.test(field)) return 'about';
  if (field.startsWith('admin') || field === 'tier' || field.startsWith('settings.security')) return 'access';
  return 'start';
}
