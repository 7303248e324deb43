import { cloneElement, useEffect, useId, useState } from 'react';
import type { FocusEvent, KeyboardEvent, PointerEvent, ReactElement, ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { CircleHelp } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';
import { Box } from './layout.tsx';

interface TriggerProps {
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave?: () => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  'aria-describedby'?: string | undefined;
}

interface Place {
  readonly left: number;
  readonly top: number;
  /** Below its trigger, where there is no room above. */
  readonly below: boolean;
}

/** Milliseconds until it shows under a pointer, and until it goes: long enough to move onto it. */
const OPEN_MS = 300;
const CLOSE_MS = 150;
/** Pixels that it needs above, and half of its greatest width with a margin. */
const ROOM = 120;
const HALF = 168;

/**
 * Words that show on hover and on focus, stay while the pointer is on them, and go with Escape. The child must be able to take the focus. Without the
 * library's positioning, which weighs as much as a page and is of no use before somebody asks.
 */
export function Tooltip({ content, children }: { readonly content: ReactNode; readonly children: ReactElement<TriggerProps> }) {
  const id = useId();
  const [place, setPlace] = useState<Place | null>(null);
  const [timer] = useState(createTimer);
  useEffect(() => timer.stop, [timer]);
  const later = (next: Place | null, ms: number): void => timer.start(() => setPlace(next), ms);
  const close = (): void => later(null, CLOSE_MS);
  const trigger = cloneElement(children, {
    onPointerEnter: (event) => later(placeBy(event.currentTarget), OPEN_MS),
    onPointerLeave: close,
    onFocus: (event) => later(placeBy(event.currentTarget), 0),
    onBlur: close,
    onKeyDown: (event) => {
      if (event.key === 'Escape' && place !== null) {
        event.stopPropagation();
        later(null, 0);
      }
    },
    'aria-describedby': place === null ? undefined : id,
  });
  return (
    <>
      {trigger}
      {place !== null &&
        createPortal(
          <Box
            id={id}
            role="tooltip"
            position="fixed"
            zIndex="tooltip"
            maxW="xs"
            width="max-content"
            bg="bg.inverted"
            color="fg.inverted"
            textStyle="sm"
            px="3"
            py="2"
            borderRadius="l2"
            shadow="lg"
            style={{ left: place.left, top: place.top, transform: `translate(-50%, ${place.below ? '0' : '-100%'})` }}
            onPointerEnter={timer.stop}
            onPointerLeave={close}
          >
            {content}
          </Box>,
          document.body,
        )}
    </>
  );
}

/** One thing that is to happen later; the next takes its place. */
function createTimer() {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(waiting);
  return {
    stop,
    start(run: () => void, ms: number): void {
      stop();
      waiting = setTimeout(run, ms);
    },
  };
}

function placeBy(element: HTMLElement): Place {
  const { left, width, top, bottom } = element.getBoundingClientRect();
  const below = top < ROOM;
  const middle = left + width / 2;
  const most = document.documentElement.clientWidth;
  return { left: most <= 2 * HALF ? most / 2 : Math.min(Math.max(middle, HALF), most - HALF), top: below ? bottom + 6 : top - 6, below };
}

/** A question mark that explains what stands before it. */
export function Help({ about, children }: { readonly about: string; readonly children: ReactNode }) {
  return (
    <Tooltip content={children}>
      <IconButton label={`${common.help}: ${about}`} title="" size="2xs" color="fg.muted" borderRadius="full">
        <CircleHelp aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
