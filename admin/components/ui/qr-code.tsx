import { QRCodeSVG } from 'qrcode.react';

/** What is scanned is dark on white whatever the theme: many a camera reads nothing else. */
const PAPER = '#ffffff';
const INK = '#09090b';
const SIZE = 184;
/** Empty cells around it, as ISO/IEC 18004 asks. */
const QUIET_ZONE = 4;

/** Text as a QR code, drawn here: it is sent to nobody. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  return <QRCodeSVG value={text} title={label} size={SIZE} marginSize={QUIET_ZONE} bgColor={PAPER} fgColor={INK} />;
}
