// Reads a QR code in a picture: by the browser where it knows how, otherwise by WebAssembly that we
// serve ourselves. Gives {text}, {isTorn: true} for a code seen but not readable, or null.
const WASM = new URL("../vendor/zxing/reader/zxing_reader.wasm", import.meta.url).href;
const WIDEST = 960; // pixels: enough for a badge at arm's length, light enough for a small phone

export async function makeDecoder() {
  return (await nativeDecoder()) || wasmDecoder();
}

async function nativeDecoder() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    await detector.detect(document.createElement("canvas").getContext("2d").createImageData(8, 8));
    return async (video) => {
      const [code] = await detector.detect(video);
      return code ? { text: code.rawValue } : null;
    };
  } catch {
    return null; // announced, but its part of the system is missing
  }
}

async function wasmDecoder() {
  const { prepareZXingModule, readBarcodes } = await import("../vendor/zxing/reader/index.js");
  await prepareZXingModule({ overrides: { locateFile: () => WASM }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const codes = await readBarcodes(picture, { formats: ["QRCode"], returnErrors: true, maxNumberOfSymbols: 4 });
    const whole = codes.find(({ isValid }) => isValid);
    if (whole) return { text: whole.text };
    return codes.length ? { isTorn: true } : null;
  };
}
