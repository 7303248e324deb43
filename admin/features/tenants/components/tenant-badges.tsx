import { Flex } from '../../../components/ui/layout.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useTenantClasses } from '../api/tenant.ts';
import type { Tenant } from '../api/tenant.ts';

const { classes: words } = tenantDetail;

/** How the data of a tenant is classed and its tokens are kept, as the schema and the settings say. */
export function TenantBadges({ tenant }: { readonly tenant: Tenant }) {
  const { data } = useTenantClasses(tenant.schemaVersion);
  const encrypted = encryptsTokens(tenant.settings);
  const confidential = data?.confidential?.totalCount ?? 0;
  const personal = data?.personal?.totalCount ?? 0;
  const help = words.restricted(confidential, personal, data?.secret?.totalCount ?? 0);
  return (
    <Flex gap="2" wrap="wrap">
      {confidential > 0 && (
        <span title={help}>
          <StatusBadge tone="info">{words.confidential}</StatusBadge>
        </span>
      )}
      {personal > 0 && (
        <span title={help}>
          <StatusBadge tone="attention">{words.personal}</StatusBadge>
        </span>
      )}
      {tenant.schemaVersion !== null && (
        <span title={encrypted ? words.encryptedTokensHelp : words.signedTokensHelp}>
          <StatusBadge tone={encrypted ? 'secure' : 'info'}>{encrypted ? words.encryptedTokens : words.signedTokens}</StatusBadge>
        </span>
      )}
    </Flex>
  );
}

function encryptsTokens(settings: unknown): boolean {
  const { security } = settings as { readonly security?: { readonly encryptTokens?: boolean } };
  return security?.encryptTokens === true;
}
