// Reads a city pack (layers/basemap/pack.py says how it is laid out) without copying its arrays.

const MAGIC = "CITYPACK";
const TYPES = {
  coords: Float32Array, rings: Uint32Array, features: Uint32Array, boxes: Float32Array, texts: Uint32Array,
  zooms: Uint8Array, sizes: Float32Array,
};

export function parse(buffer) {
  const utf8 = new TextDecoder();
  if (utf8.decode(new Uint8Array(buffer, 0, MAGIC.length)) !== MAGIC) throw new Error("not a pack");
  const length = new DataView(buffer).getUint32(MAGIC.length, true);
  const start = MAGIC.length + 4 + length;
  const header = JSON.parse(utf8.decode(new Uint8Array(buffer, MAGIC.length + 4, length)));
  const array = (key, [offset, bytes]) => new TYPES[key](buffer, start + offset, bytes / TYPES[key].BYTES_PER_ELEMENT);
  const parts = new Map();
  for (const { name, kind, arrays } of header.parts) {
    const part = { kind };
    for (const key of Object.keys(TYPES)) part[key] = array(key, arrays[key]);
    parts.set(`${name}/${kind}`, part);
  }
  const [offset, bytes] = header.texts;
  const texts = JSON.parse(utf8.decode(new Uint8Array(buffer, start + offset, bytes)));
  return { parts, texts, origin: header.origin, attribution: header.attribution };
}
