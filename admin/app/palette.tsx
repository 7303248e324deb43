import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ArrowRight, Building2, CircleHelp, Keyboard, LogOut, Moon, Plus, ShieldCheck, UserRound } from 'lucide-react';
import { NEW_TENANT, useCurrentTenant } from '../components/current-tenant.tsx';
import { SearchList } from '../components/search-list.tsx';
import type { SearchEntry } from '../components/search-list.tsx';
import { TenantHint } from '../components/tenant-hint.tsx';
import { useTenantSearch } from '../components/tenant-search.ts';
import { Dialog } from '../components/ui/dialog.tsx';
import { Keys } from '../components/ui/kbd.tsx';
import { useMay } from '../session/session-provider.tsx';
import type { Right } from '../session/rights.ts';
import { frame } from '../text/frame.ts';
import { chooseScheme } from '../theme/scheme.ts';
import { sections } from './sections.tsx';
import { KEYS } from './shortcuts.ts';
import type { Overlay } from './shortcuts.ts';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onOpen: (overlay: Overlay) => void;
  readonly onSignOut: () => void;
}

interface Action extends SearchEntry {
  readonly right?: Right;
}

/** Everything that can be gone to or done, by name: tenants, sections, actions, as far as the role has them. */
export function Palette({ onClose, onOpen, onSignOut }: PaletteProps) {
  const [term, setTerm] = useState('');
  const { tenants, matching, pending } = useTenantSearch(term);
  const actions = useActions({ onClose, onOpen, onSignOut });
  const navigate = useNavigate();
  const wanted = term.trim().toLowerCase();
  const found = actions.filter(({ label }) => wanted.split(/\s+/).every((word) => label.toLowerCase().includes(word)));
  const ofTenants = {
    label: matching ? frame.paletteTenants : frame.newestTenants,
    entries: tenants.map(({ rowId, name, status }) => ({
      key: `tenant-${rowId}`,
      label: name,
      icon: <Building2 size={18} />,
      detail: <TenantHint id={rowId} status={status} />,
      onChoose: () => {
        onClose();
        void navigate(`/tenants/${encodeURIComponent(rowId)}`);
      },
    })),
  };
  const ofActions = { label: frame.paletteActions, entries: found };
  return (
    <Dialog open onClose={onClose} title={frame.palette} width={620}>
      <SearchList
        label={frame.palette}
        placeholder={frame.paletteHint}
        term={term}
        onTerm={setTerm}
        pending={pending}
        empty={frame.paletteEmpty}
        groups={matching ? [ofTenants, ofActions] : [ofActions, ofTenants]}
      />
    </Dialog>
  );
}

function useActions({ onClose, onOpen, onSignOut }: PaletteProps): readonly SearchEntry[] {
  const may = useMay();
  const navigate = useNavigate();
  const { id } = useCurrentTenant();
  const go = (key: string, label: string, to: string, icon: SearchEntry['icon'], right?: Right): Action => ({
    key,
    label,
    icon,
    ...(right !== undefined && { right }),
    onChoose: () => {
      onClose();
      void navigate(to);
    },
  });
  const does = (key: string, label: string, icon: SearchEntry['icon'], run: () => void, detail?: SearchEntry['detail']): Action => ({
    key,
    label,
    icon,
    ...(detail !== undefined && { detail }),
    onChoose: () => {
      onClose();
      run();
    },
  });
  const of = (path: string): string => `/tenants/${encodeURIComponent(id ?? '')}${path}`;
  const actions: readonly Action[] = [
    go('add', frame.addTenant, `/tenants/${NEW_TENANT}`, <Plus size={18} />, 'tenants.create'),
    ...(id === null
      ? []
      : [
          go('overview', frame.overview(id), of(''), <Building2 size={18} />, 'tenants.read'),
          go('users', frame.usersOf(id), of('/users'), <UserRound size={18} />, 'users.read'),
          go('security', frame.securityOf(id), of('/security'), <ShieldCheck size={18} />, 'security.read'),
        ]),
    ...sections.map((section) => go(`section-${section.path}`, frame.goTo(section.label), `/${section.path}`, <ArrowRight size={18} />, section.right)),
    does('tenant', frame.selectTenant, <Building2 size={18} />, () => onOpen('tenant'), <Keys ways={KEYS.tenant} />),
    go('account', frame.account, '/account', <UserRound size={18} />),
    does('keyboard', frame.keyboard, <Keyboard size={18} />, () => onOpen('keyboard'), <Keys ways={KEYS.keyboard} />),
    does('health', frame.health.label, <ShieldCheck size={18} />, () => onOpen('health')),
    does('developers', frame.developers, <CircleHelp size={18} />, () => location.assign('/developers')),
    ...(['light', 'dark', 'system'] as const).map((scheme) => does(`theme-${scheme}`, frame.changeTheme[scheme], <Moon size={18} />, () => chooseScheme(scheme))),
    does('sign-out', frame.signOut, <LogOut size={18} />, onSignOut),
  ];
  return actions.filter(({ right }) => right === undefined || may(right));
}
