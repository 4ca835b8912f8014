import Decompression
import Wire

/// What a file seems to be, by its first bytes.
struct Magic {
  /// Bytes that the longest magic number below needs.
  static let byteCount = 8

  private let head: [UInt8]

  init(_ bytes: RawSpan) {
    head = (0..<min(bytes.byteCount, Self.byteCount)).map { bytes.bigEndian(at: $0, as: UInt8.self) }
  }

  /// The compression that is seen through; others are only named.
  var coding: Coding? {
    if head.starts(with: [0x1F, 0x8B]) { return .gzip }
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
    // A skippable frame, which pzstd(1) begins with: RFC 8878 section 3.1.2.
    if head.count >= 4, head[0] & 0xF0 == 0x50, head[1..<4] == [0x2A, 0x4D, 0x18] { return .zstd }
    return nil
  }

  /// Formats that people take for captures, or that captures come in.
  private static let others: [(magic: [UInt8], name: String)] = [
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz-compressed data (decompress it first)"),
    (Array("BZh".utf8), "bzip2-compressed data (decompress it first)"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4-compressed data (decompress it first)"),
    (Array("PK\u{03}\u{04}".utf8), "a zip archive (unpack it first)"),
    ([0x37, 0x7A, 0xBC, 0xAF], "a 7-zip archive (unpack it first)"),
    (Array("snoop\0".utf8), "a snoop capture (convert it with editcap)"),
    (Array("ERF".utf8), "an ERF capture (convert it with editcap)"),
    (Array("XCP\0".utf8), "a NetXRay capture (convert it with editcap)"),
    (Array("TRSNIFF".utf8), "a Sniffer capture (convert it with editcap)"),
    (Array("GMBU".utf8), "a Microsoft Network Monitor capture (convert it with editcap)"),
    ([0x7F, 0x45, 0x4C, 0x46], "an ELF binary"),
    (Array("{".utf8), "JSON or other text"),
    (Array("<".utf8), "XML, HTML or other text"),
  ]

  /// A few words for the operator.
  var looksLike: String {
    if head.isEmpty { return "it is empty" }
    if let coding { return "it is \(coding.rawValue)-compressed once more" }
    if let other = Self.others.first(where: { head.starts(with: $0.magic) }) { return "it looks like \(other.name)" }
    if head.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
      return "it looks like text"
    }
    let digits = head.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return "it begins with \(digits)"
  }
}
