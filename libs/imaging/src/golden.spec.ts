import { decodeTo } from './index';
import { bmp, grey16, openPicture } from '@ratchet/testing';

/** What each format decodes to, byte for byte: models were trained on exactly these, so an upgrade must not move them. */
const golden: Readonly<Record<string, { bytes: () => Promise<Uint8Array> | Uint8Array; rgb: string; grey: string }>> = {
  'png, lossless, shrunk': {
    bytes: () => openPicture(40, 30).png().toBuffer(),
    rgb: '202bc85827b79b2b4ed82c3c1b71c84154b798774ed87c3c20c9c858c2b79bca4ed8cb3c',
    grey: '474a5672705d7d94b5b1bbc8',
  },
  'jpeg from a fixed file, shrunk': {
    bytes: () => Buffer.from(jpeg, 'base64'),
    rgb: '1c28c85724b899274dd4273a1970cb3b50b899744cd678391dc9c753c1b99bc84cd6ca3c',
    grey: '4549546e705a7b90b5b0b9c7',
  },
  'webp from a fixed file, shrunk': {
    bytes: () => Buffer.from(webp, 'base64'),
    rgb: '2427c55524b396284ed5273b1970c83d53ae947252d678411cc5c855beb497c653d5c73d',
    grey: '4548536f6f5a7891b2adb7c4',
  },
  'tiff of 16-bit grey, enlarged': {
    bytes: () => grey16([0, 20000, 40000, 65535], 2, 2).tiff({ compression: 'deflate' }).toBuffer(),
    rgb: '0000000000002727274e4e4e1a1a1a1a1a1a4242426b6b6b828282828282b2b2b2e2e2e2',
    grey: '0000274e1a1a426b8282b2e2',
  },
  'bmp, enlarged': {
    bytes: () => bmp([0xff0000, 0x00ff00, 0x0000ff, 0xffffff], 2, 2, { bits: 24 }),
    rgb: 'ff0000ff000080800000ff00d5002ad5002a80802a2aff2a2b00d42b00d4807fd4d4ffd4',
    grey: '7f7f7cdc69697cdd414188f4',
  },
};

it.each(Object.entries(golden))('%s', async (_name, { bytes, rgb, grey }) => {
  const file = await bytes();
  const seen = async (channels: 1 | 3) =>
    Buffer.from(await decodeTo(file, { height: 3, width: 4, channels })).toString('hex');
  expect({ rgb: await seen(3), grey: await seen(1) }).toEqual({ rgb, grey });
});

const jpeg =
  '/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAASABgDASIAAhEBAxEB/8QAGAABAAMBAAAAAAAAAAAAAAAAAAMEBQb/xAAkEAABBAEDAwUAAAAAAAAAAAABAAIDEQQFEiETIkExUWFi0f/EABcBAQEBAQAAAAAAAAAAAAAAAAYFBAf/xAAiEQABAwMDBQAAAAAAAAAAAAAAAQIhBAUxAxGxFCIyM4H/2gAMAwEAAhEDEQA/AOWjwmtbudTQPJ4VpmGyQNLC1w9LBtbUmknIxnQg7C6u6rrlT6fopw4Om5/UJcXXtrwPxVrjVt6Zy7zHKGW318pJlQ4Hwi6mHA+qIg6skXaNf2ZJ4QOOArVDt4CIqlx9DvnJzK35QtwgewRERN2Rfo+J/9k=';
const webp =
  'UklGRp4AAABXRUJQVlA4IJIAAAAwBQCdASoYABIAPrVGnUonI6KhsBgMAOAWiWwAuzKEdQe6ADB3rwCCX7DzLSffbEXoAAD+8tvdmwPPpt6Q34bc6CTH8wltWmGTyfCa//krS+xjP8mhU8zMJ/1dRX5Swb6xMRmJnz0Mr9mcbVBRZtjhsA+E9ELFxLktrD/p4WxBxbM19JLR8UVyL264kVwKBMAAAA==';
