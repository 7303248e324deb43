import { Drawer } from '../components/ui/drawer.tsx';
import { frame } from '../text/frame.ts';
import { Navigation } from './navigation.tsx';

/** The sections where there is no room for them beside the page. */
export function NavigationDrawer({ onClose }: { readonly onClose: () => void }) {
  return (
    <Drawer open onClose={onClose} title={frame.navigation} side="start">
      <Navigation />
    </Drawer>
  );
}
