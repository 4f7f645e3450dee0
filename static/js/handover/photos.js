// Photos made smaller on the phone, from their pixels: they take less room, leave quicker, and no longer
// say where they were taken. The site makes them again all the same.
const LONGEST = 1600;
export const MOST = 8;

export class NotAnImageError extends Error {}

export async function shrunk(file) {
  const picture = await decoded(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  if (!blob) throw new NotAnImageError();
  return blob;
}

async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new NotAnImageError();
  }
}
