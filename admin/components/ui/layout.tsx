/** Boxes and words. Features take them from here, so that what draws them can change in one place. */
export { Box, Center, Container, Em, Flex, Grid, GridItem, HStack, Heading, Separator, SimpleGrid, Spacer, Stack, Strong, Text, VStack, VisuallyHidden } from '@chakra-ui/react';
export type { BoxProps, FlexProps, StackProps, TextProps } from '@chakra-ui/react';
