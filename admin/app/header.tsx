import { Building2, ChevronsUpDown, CircleHelp, Keyboard, Code2, LogOut, Menu as MenuIcon, Monitor, Moon, Search, Sun, UserRound } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useCurrentTenant } from '../components/current-tenant.tsx';
import { Button, IconButton } from '../components/ui/button.tsx';
import { Box, Flex, Text } from '../components/ui/layout.tsx';
import { NameMark } from '../components/ui/mark.tsx';
import { Menu } from '../components/ui/menu.tsx';
import { paletteOf, toneIcons } from '../components/ui/status-badge.tsx';
import { useApiQuery } from '../graphql/api.tsx';
import { useOperator } from '../session/session-provider.tsx';
import { frame } from '../text/frame.ts';
import { chooseScheme, useScheme } from '../theme/scheme.ts';
import type { Scheme } from '../theme/scheme.ts';
import { CurrentTenantDocument } from './api/frame.generated.ts';
import { worstOf } from './health.ts';
import type { Overlay } from './shortcuts.ts';
import { useTenantCount } from './system-state.ts';
import type { HeardHealth } from './system-state.ts';

const schemes: readonly { readonly scheme: Scheme; readonly icon: typeof Sun }[] = [
  { scheme: 'light', icon: Sun },
  { scheme: 'dark', icon: Moon },
  { scheme: 'system', icon: Monitor },
];

interface HeaderProps {
  readonly heard: HeardHealth | null;
  readonly stale: boolean;
  readonly onOpen: (overlay: Overlay) => void;
  readonly onOpenNavigation: () => void;
  readonly onSignOut: () => void;
}

/** The bar above every page. */
export function Header({ heard, stale, onOpen, onOpenNavigation, onSignOut }: HeaderProps) {
  return (
    <Flex as="header" position="sticky" top="0" zIndex="docked" height="14" align="center" gap={{ base: '1', md: '3' }} px={{ base: '2', md: '5' }} bg="bg.panel" borderBottomWidth="1px" borderColor="border">
      <Box hideFrom="lg">
        <IconButton label={frame.openNavigation} onClick={onOpenNavigation}>
          <MenuIcon aria-hidden />
        </IconButton>
      </Box>
      <Box asChild borderRadius="l2" flexShrink={0}>
        <Link to="/" aria-label={frame.toStart}>
          <Box hideBelow="sm">
            <NameMark />
          </Box>
          <Box hideFrom="sm">
            <NameMark words={false} />
          </Box>
        </Link>
      </Box>
      <TenantButton onOpen={() => onOpen('tenant')} />
      <Box flex="1" />
      <TenantCount />
      <HealthButton heard={heard} stale={stale} onOpen={() => onOpen('health')} />
      <IconButton label={frame.palette} aria-keyshortcuts="Control+K Meta+K" onClick={() => onOpen('palette')}>
        <Search aria-hidden />
      </IconButton>
      <Box hideBelow="md">
        <HelpMenu onKeyboard={() => onOpen('keyboard')} />
      </Box>
      <OperatorMenu onKeyboard={() => onOpen('keyboard')} onSignOut={onSignOut} />
    </Flex>
  );
}

/** Which tenant the pages are about, on every page; pressed, it selects another. */
function TenantButton({ onOpen }: { readonly onOpen: () => void }) {
  const { id } = useCurrentTenant();
  const tenant = useApiQuery(CurrentTenantDocument, { id: id ?? '' }, { enabled: id !== null });
  const name = id === null ? null : (tenant.data?.tenant?.name ?? id);
  return (
    <Button
      size="sm"
      minH="10"
      minW="0"
      ms={{ base: '1.5', md: '3' }}
      px={{ base: '2', md: '3' }}
      aria-keyshortcuts="Alt+T"
      aria-haspopup="dialog"
      title={frame.currentTenantHelp}
      color={name === null ? 'fg.muted' : 'fg'}
      onClick={onOpen}
    >
      <Building2 aria-hidden />
      <Text as="span" maxW={{ base: '24', sm: '40', md: '52' }} truncate>
        {name === null ? frame.noTenant : frame.currentTenant(name)}
      </Text>
      <ChevronsUpDown aria-hidden />
    </Button>
  );
}

function TenantCount() {
  const count = useTenantCount();
  return (
    <Box asChild hideBelow="lg" color="fg.muted" textStyle="sm" fontWeight="medium" minW="20" textAlign="end" borderRadius="l1" _hover={{ color: 'fg', textDecoration: 'underline' }}>
      <Link to="/tenants" title={frame.tenantCountHelp}>
        {count === null ? '' : frame.tenantCount(count)}
      </Link>
    </Box>
  );
}

/** How the system does: icon, colour and word; pressed, it says why. */
function HealthButton({ heard, stale, onOpen }: { readonly heard: HeardHealth | null; readonly stale: boolean; readonly onOpen: () => void }) {
  const tone = heard === null || stale ? 'neutral' : worstOf(heard.parts);
  const word = frame.health[tone === 'neutral' ? 'unknown' : tone];
  const Icon = toneIcons[tone];
  return (
    <Button
      size="sm"
      minH="9"
      px={{ base: '2', md: '3' }}
      bg={`${paletteOf(tone)}.subtle`}
      color={`${paletteOf(tone)}.fg`}
      borderColor={`${paletteOf(tone)}.border`}
      borderRadius="full"
      aria-label={frame.health.open(word)}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
      <Icon aria-hidden />
      <Text as="span" hideBelow="lg">
        {word}
      </Text>
    </Button>
  );
}

function HelpMenu({ onKeyboard }: { readonly onKeyboard: () => void }) {
  return (
    <Menu
      trigger={
        <IconButton label={frame.helpMenu}>
          <CircleHelp aria-hidden />
        </IconButton>
      }
      sections={[
        {
          entries: [
            { key: 'keyboard', label: frame.keyboard, icon: <Keyboard size={16} aria-hidden />, onSelect: onKeyboard },
            { key: 'developers', label: frame.developers, icon: <Code2 size={16} aria-hidden />, onSelect: () => location.assign('/developers') },
          ],
        },
      ]}
    />
  );
}

function OperatorMenu({ onKeyboard, onSignOut }: { readonly onKeyboard: () => void; readonly onSignOut: () => void }) {
  const navigate = useNavigate();
  const operator = useOperator();
  const scheme = useScheme();
  return (
    <Menu
      trigger={
        <Button look="quiet" px="2" aria-label={frame.operatorMenu(operator.name)}>
          <UserRound aria-hidden />
          <Text as="span" hideBelow="md" maxW="40" truncate>
            {operator.name}
          </Text>
        </Button>
      }
      header={
        <Box px="3" py="2" borderBottomWidth="1px" borderColor="border" mb="1">
          <Text fontWeight="semibold">{operator.name}</Text>
          <Text textStyle="sm" color="fg.muted">
            {operator.email}
          </Text>
          <Text textStyle="sm" color="fg.muted">
            {frame.roles[operator.role]}
          </Text>
        </Box>
      }
      sections={[
        {
          entries: [
            { key: 'account', label: frame.account, icon: <UserRound size={16} aria-hidden />, onSelect: () => void navigate('/account') },
            { key: 'keyboard', label: frame.keyboard, icon: <Keyboard size={16} aria-hidden />, onSelect: onKeyboard },
          ],
        },
        {
          label: frame.theme,
          entries: schemes.map(({ scheme: one, icon: Icon }) => ({
            key: one,
            label: frame.themes[one],
            icon: <Icon size={16} aria-hidden />,
            chosen: scheme === one,
            onSelect: () => chooseScheme(one),
          })),
        },
        { entries: [{ key: 'sign-out', label: frame.signOut, icon: <LogOut size={16} aria-hidden />, onSelect: onSignOut }] },
      ]}
    />
  );
}
