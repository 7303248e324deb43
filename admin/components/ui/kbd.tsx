import { Fragment } from 'react';
import { Kbd } from '@chakra-ui/react';
import { frame } from '../../text/frame.ts';
import { Flex } from './layout.tsx';

/** Keys to press together; several ways are joined by “or”. */
export function Keys({ ways }: { readonly ways: readonly (readonly string[])[] }) {
  return (
    <Flex as="span" display="inline-flex" align="center" gap="1.5" wrap="wrap">
      {ways.map((keys, way) => (
        <Fragment key={keys.join('+')}>
          {way > 0 && <span>{frame.sequence.or}</span>}
          {keys.map((key) => (
            <Kbd key={key} size="sm" color="fg">
              {key}
            </Kbd>
          ))}
        </Fragment>
      ))}
    </Flex>
  );
}
