export { contentTypes, defaultImageLimits, sniffImageFormat, type ImageFormat, type ImageLimits } from './image.format';
export { inspectImage, type ImageInfo } from './inspect';
export { decodeTo, thumbnail, verifyImage } from './decode';
