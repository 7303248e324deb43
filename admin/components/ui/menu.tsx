import { Suspense, cloneElement, lazy, useState } from 'react';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';

export interface MenuEntry {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  /** What destroys: it stands last and in its colour. */
  readonly danger?: boolean;
  /** For choices: whether it is the one chosen. */
  readonly chosen?: boolean;
}

export interface MenuSection {
  readonly label?: string;
  readonly entries: readonly MenuEntry[];
}

interface TriggerProps {
  onClick?: () => void;
  onPointerEnter?: () => void;
  onFocus?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  'aria-haspopup'?: 'menu';
  'aria-expanded'?: boolean;
}

export interface MenuProps {
  /** A `<Button>` or `<IconButton>`. */
  readonly trigger: ReactElement<TriggerProps>;
  readonly sections: readonly MenuSection[];
  /** Above the entries; says something and does nothing. */
  readonly header?: ReactNode;
}

const load = () => import('./menu-list.tsx');
const MenuList = lazy(async () => ({ default: (await load()).MenuList }));

/** A button that opens a list of things to do. What draws the list is loaded when somebody comes near the button. */
export function Menu({ trigger, sections, header }: MenuProps) {
  const [pressed, setPressed] = useState(false);
  const open = (): void => setPressed(true);
  const near = (): void => void load();
  const closed = cloneElement(trigger, {
    onClick: open,
    onPointerEnter: near,
    onFocus: near,
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      open();
    },
    'aria-haspopup': 'menu',
    'aria-expanded': false,
  });
  if (!pressed) return closed;
  return (
    <Suspense fallback={closed}>
      <MenuList trigger={trigger} sections={sections} header={header} />
    </Suspense>
  );
}
