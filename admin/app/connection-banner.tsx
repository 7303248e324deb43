import { useEffect, useState } from 'react';
import { onlineManager } from '@tanstack/react-query';
import { Box } from '../components/ui/layout.tsx';
import { Live } from '../components/ui/live.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { useConnection } from '../graphql/api.tsx';
import { frame } from '../text/frame.ts';

/** Says that nothing new arrives, until it does again. */
export function ConnectionBanner() {
  const connection = useConnection();
  const online = useOnline();
  const words = !online ? frame.offline : connection === 'lost' ? frame.reconnecting : null;
  const [wasLost, setWasLost] = useState(false);
  useEffect(() => {
    if (words !== null) setWasLost(true);
  }, [words]);
  if (words === null) return wasLost ? <Live>{frame.reconnected}</Live> : null;
  return (
    <Box px={{ base: '4', md: '8' }} pt="4">
      <Notice tone="attention" title={words} />
    </Box>
  );
}

function useOnline(): boolean {
  const [online, setOnline] = useState(() => onlineManager.isOnline() && navigator.onLine);
  useEffect(() => onlineManager.subscribe(setOnline), []);
  return online;
}
