import { XmlDocument, type XmlElement } from "libxml2-wasm";

/** The text of each element of that name, read by a strict XML parser; throws where it is no XML. */
export function textsOf(svg: string, name: string): string[] {
  const document = XmlDocument.fromString(svg);
  try {
    return document.find(`//*[local-name()="${name}"]`).map((e) => (e as XmlElement).content);
  } finally {
    document.dispose();
  }
}
