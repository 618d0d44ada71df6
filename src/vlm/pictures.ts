import sharp, { type Sharp } from 'sharp';
import type { Frame } from '../media/frame.js';

/** Encodes off the main thread. `quality` is 1–100; colour is halved in both directions, as JPEG usually does. */
export async function jpegOf(frame: Frame, quality: number): Promise<Uint8Array> {
  return raw(frame).jpeg({ quality }).toBuffer();
}

/** The frame at another size, stretched where the shape differs; itself where it has that size already. */
export async function resized(frame: Frame, size: { width: number; height: number }): Promise<Frame> {
  const { width, height } = size;
  if (frame.width === width && frame.height === height) return frame;
  const { buffer, byteOffset, length } = await raw(frame)
    .resize({ width, height, fit: 'fill' })
    .raw()
    .toBuffer();
  return { ...frame, width, height, pixels: new Uint8Array(buffer, byteOffset, length) };
}

function raw({ pixels, width, height }: Frame): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
