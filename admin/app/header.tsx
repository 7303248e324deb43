import { CircleHelp, LogOut, Menu as MenuIcon, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { Link } from 'react-router';
import { Button, IconButton } from '../components/ui/button.tsx';
import { Box, Flex, Text } from '../components/ui/layout.tsx';
import { NameMark } from '../components/ui/mark.tsx';
import { Menu } from '../components/ui/menu.tsx';
import { toast } from '../components/ui/toast.tsx';
import { Problem } from '../session/problem.ts';
import { useOperator, useSession } from '../session/session-provider.tsx';
import { errors } from '../text/errors.ts';
import { frame } from '../text/frame.ts';
import { chooseScheme, useScheme } from '../theme/scheme.ts';
import type { Scheme } from '../theme/scheme.ts';

const schemes: readonly { readonly scheme: Scheme; readonly icon: typeof Sun }[] = [
  { scheme: 'light', icon: Sun },
  { scheme: 'dark', icon: Moon },
  { scheme: 'system', icon: Monitor },
];

/** The bar above every page. */
export function Header({ onOpenNavigation }: { readonly onOpenNavigation: () => void }) {
  return (
    <Flex as="header" position="sticky" top="0" zIndex="docked" height="14" align="center" gap="3" px={{ base: '3', md: '5' }} bg="bg.panel" borderBottomWidth="1px" borderColor="border">
      <Box hideFrom="lg">
        <IconButton label={frame.openNavigation} onClick={onOpenNavigation}>
          <MenuIcon aria-hidden />
        </IconButton>
      </Box>
      <Box asChild borderRadius="l2">
        <Link to="/">
          <NameMark />
        </Link>
      </Box>
      <Box flex="1" />
      <HelpMenu />
      <OperatorMenu />
    </Flex>
  );
}

function HelpMenu() {
  return (
    <Menu
      trigger={
        <IconButton label={frame.helpMenu}>
          <CircleHelp aria-hidden />
        </IconButton>
      }
      sections={[{ entries: [{ key: 'developers', label: frame.developers, onSelect: () => location.assign('/developers') }] }]}
    />
  );
}

function OperatorMenu() {
  const session = useSession();
  const operator = useOperator();
  const scheme = useScheme();
  const signOut = (): void => {
    session.signOut().catch((error: unknown) => {
      toast('critical', errors[error instanceof Problem ? error.code : 'INTERNAL'].title);
    });
  };
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
          label: frame.theme,
          entries: schemes.map(({ scheme: one, icon: Icon }) => ({
            key: one,
            label: frame.themes[one],
            icon: <Icon size={16} aria-hidden />,
            chosen: scheme === one,
            onSelect: () => chooseScheme(one),
          })),
        },
        { entries: [{ key: 'sign-out', label: frame.signOut, icon: <LogOut size={16} aria-hidden />, onSelect: signOut }] },
      ]}
    />
  );
}
