import { tenants } from '../text/tenants.ts';
import { StatusBadge } from './ui/status-badge.tsx';
import type { Tone } from './ui/status-badge.tsx';

const TONES: Readonly<Record<keyof typeof tenants.statuses, Tone>> = {
  provisioning: 'info',
  ready: 'info',
  active: 'secure',
  suspended: 'attention',
  archived: 'neutral',
  deleted: 'neutral',
  purged: 'neutral',
  failed: 'critical',
  cancelled: 'neutral',
};

/** Where a tenant stands in its life. A status that is newer than this console shows as it is. */
export function TenantStatus({ status, size = 'md' }: { readonly status: string; readonly size?: 'sm' | 'md' }) {
  const known = Object.hasOwn(TONES, status) ? (status as keyof typeof TONES) : null;
  return (
    <StatusBadge tone={known === null ? 'neutral' : TONES[known]} size={size}>
      {known === null ? status : tenants.statuses[known]}
    </StatusBadge>
  );
}
