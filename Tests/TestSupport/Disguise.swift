package import Observations

/// Ways to wrap bytes, as malware, programs and protocols do.
package enum Disguise: String, CaseIterable, Sendable {
  case base64, base64Unpadded, base64url, base64Lines76, base64Lines64, base64EscapedLines, base64Indented
  case base32, lowerBase32
  case hex, upperHex, hexColons, hexSpaces, hexBackslashX, hexCommas
  case percent, percentPunctuation, percentTwice, percentU
  case jsonAll, jsonPunctuation, scriptHex, scriptBraces, octal, slashes
  case entitiesDecimal, entitiesHex, quotedPrintable, quotedSoftBreaks
  case utf16LE, utf16BE
  case gzip, zlib, rawDeflate, zstd, zipDeflated, zipStored, zipDescriptor, tarGzip
  case exclusiveOr, reversed

  /// What an alert calls it.
  package var encoding: Encoding? {
    switch self {
    case .base64, .base64Unpadded, .base64Lines76, .base64Lines64, .base64EscapedLines, .base64Indented: .base64
    case .base64url: .base64url
    case .hex, .upperHex, .hexColons, .hexSpaces, .hexCommas: .hex
    // Read as hexadecimal with something between.
    case .hexBackslashX, .scriptHex: .jsonEscape
    case .percent, .percentPunctuation, .percentTwice, .percentU: .percent
    case .jsonAll, .jsonPunctuation, .scriptBraces, .octal, .slashes: .jsonEscape
    case .base32, .lowerBase32, .entitiesDecimal, .entitiesHex, .quotedPrintable, .quotedSoftBreaks, .utf16LE, .utf16BE,
      .exclusiveOr:
      nil
    case .gzip, .tarGzip: .gzip
    case .zlib, .rawDeflate: .deflate
    case .zstd: .zstd
    case .zipDeflated, .zipStored, .zipDescriptor: .zip
    case .reversed: .reversed
    }
  }

  /// The output is text that can stand inside other text.
  package var isText: Bool {
    switch self {
    case .gzip, .zlib, .rawDeflate, .zstd, .zipDeflated, .zipStored, .zipDescriptor, .tarGzip, .exclusiveOr, .utf16LE,
      .utf16BE:
      false
    default: true
    }
  }

  /// Whether what `inner` wrote is read inside this.
  package func holds(_ inner: Disguise) -> Bool {
    switch self {
    // Only text is written so.
    case .utf16LE, .utf16BE, .slashes, .quotedSoftBreaks, .jsonPunctuation, .exclusiveOr: return inner.isText
    // A message is read backwards word by word.
    case .reversed: return inner.isText && !inner.hasSpaces
    // A file in an archive does not begin where the archive does.
    case .tarGzip: return inner != .exclusiveOr && inner != .rawDeflate
    // Letters stand as they are: where binary content begins cannot be told.
    case .quotedPrintable: return ![.exclusiveOr, .rawDeflate, .hexSpaces].contains(inner)
    case .percentPunctuation, .percentTwice, .entitiesHex:
      return inner != .exclusiveOr && inner != .rawDeflate
    // Nothing announces it but what comes out.
    case .rawDeflate: return inner != .rawDeflate
    default: return true
    }
  }

  private var hasSpaces: Bool {
    switch self {
    case .base64Lines76, .base64Lines64, .base64Indented, .hexSpaces, .hexCommas, .quotedSoftBreaks: true
    default: false
    }
  }

  package func wrap(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .base64: return Array(base64Text(bytes, Self.standard, pads: true).utf8)
    case .base64Unpadded: return Array(base64Text(bytes, Self.standard, pads: false).utf8)
    case .base64url: return Array(base64Text(bytes, Self.urlSafe, pads: false).utf8)
    case .base64Lines76: return lines(bytes, 76, "\r\n")
    case .base64Lines64: return lines(bytes, 64, "\n")
    case .base64EscapedLines: return lines(bytes, 76, "\\n")
    case .base64Indented: return lines(bytes, 64, "\n    ")
    case .base32: return base32Text(bytes)
    case .lowerBase32: return base32Text(bytes).filter { $0 != 0x3d }.map { $0 | 0x20 }
    case .hex: return joined(bytes) { hexDigits($0) }
    case .upperHex: return joined(bytes) { hexDigits($0).uppercased() }
    case .hexColons: return Array(bytes.map(hexDigits).joined(separator: ":").utf8)
    case .hexSpaces: return Array(bytes.map { hexDigits($0).uppercased() }.joined(separator: " ").utf8)
    case .hexBackslashX, .scriptHex: return joined(bytes) { "\\x" + hexDigits($0) }
    case .hexCommas: return Array(bytes.map { "0x" + hexDigits($0) }.joined(separator: ", ").utf8)
    case .percent: return joined(bytes) { "%" + hexDigits($0).uppercased() }
    case .percentPunctuation: return punctuation(bytes) { "%" + hexDigits($0).uppercased() }
    case .percentTwice: return punctuation(bytes) { "%25" + hexDigits($0).uppercased() }
    case .percentU: return joined(bytes) { "%u00" + hexDigits($0) }
    case .jsonAll: return joined(bytes) { "\\u00" + hexDigits($0) }
    case .jsonPunctuation: return punctuation(bytes) { "\\u00" + hexDigits($0) }
    case .scriptBraces: return joined(bytes) { "\\u{" + hexDigits($0) + "}" }
    case .octal: return joined(bytes) { byte in "\\" + [6, 3, 0].map { String(byte >> $0 & 7) }.joined() }
    case .slashes: return joined(bytes) { $0 == 0x2f ? "\\/" : String(UnicodeScalar($0)) }
    case .entitiesDecimal: return joined(bytes) { "&#\($0);" }
    case .entitiesHex: return punctuation(bytes) { "&#x\(hexDigits($0));" }
    case .quotedPrintable: return punctuation(bytes) { "=" + hexDigits($0).uppercased() }
    case .quotedSoftBreaks: return chunks(joined(bytes) { $0 == 0x3d ? "=3D" : String(UnicodeScalar($0)) }, 20, "=\r\n")
    case .utf16LE: return bytes.flatMap { [$0, 0] }
    case .utf16BE: return bytes.flatMap { [0, $0] }
    case .gzip: return Compression.gzip(bytes)
    case .zlib: return Compression.wrapped(bytes)
    case .rawDeflate: return Compression.raw(bytes)
    case .zstd: return Compression.zstd(bytes)
    case .zipDeflated: return ZipArchive.member(bytes, Compression.raw(bytes), method: 8)
    case .zipStored: return ZipArchive.member(bytes, bytes, method: 0)
    case .zipDescriptor:
      return ZipArchive.member(bytes, Compression.raw(bytes), method: 8, hasDescriptor: true)
    case .tarGzip: return Compression.gzip(tar(bytes))
    case .exclusiveOr:
      // Of codexui-android.
      let key = Array("anyclaw2026".utf8)
      return bytes.enumerated().map { $0.element ^ key[$0.offset % key.count] }
    case .reversed: return bytes.reversed()
    }
  }

  package static let standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  package static let urlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
}

/// RFC 4648 section 6.
private func base32Text(_ bytes: [UInt8]) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  let bits = bytes.flatMap { byte in (0..<8).map { Int(byte >> UInt8(7 - $0)) & 1 } }
  var text = stride(from: 0, to: bits.count, by: 5).map { start in
    alphabet[(0..<5).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }]
  }
  while text.count % 8 != 0 { text.append(0x3d) }
  return text
}

private func hexDigits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
}

private func joined(_ bytes: [UInt8], _ write: (UInt8) -> String) -> [UInt8] { bytes.flatMap { Array(write($0).utf8) } }

private func punctuation(_ bytes: [UInt8], _ write: (UInt8) -> String) -> [UInt8] {
  bytes.flatMap { isAlphanumeric($0) ? [$0] : Array(write($0).utf8) }
}

private func chunks(_ bytes: [UInt8], _ length: Int, _ separator: String) -> [UInt8] {
  Array(
    stride(from: 0, to: bytes.count, by: length).map { bytes[$0..<min($0 + length, bytes.count)] }
      .joined(separator: Array(separator.utf8)))
}

private func lines(_ bytes: [UInt8], _ length: Int, _ separator: String) -> [UInt8] {
  chunks(Array(base64Text(bytes, Disguise.standard, pads: true).utf8), length, separator)
}

package enum ZipArchive {
  /// A local header, the content, a descriptor where there is one, and the central directory's first bytes.
  package static func member(
    _ bytes: [UInt8], _ written: [UInt8], method: UInt8, hasDescriptor: Bool = false
  ) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let name = Array("home/creds.txt".utf8)
    let sizes = hasDescriptor ? little(0, 12) : little(0, 4) + little(written.count, 4) + little(bytes.count, 4)
    let header = [0x50, 0x4b, 3, 4] + [20, 0, hasDescriptor ? 8 : 0, 0, method, 0, 0, 0, 0, 0] + sizes
    let descriptor = [0x50, 0x4b, 7, 8] + little(0, 4) + little(written.count, 4) + little(bytes.count, 4)
    return header + little(name.count, 2) + little(0, 2) + name + written + (hasDescriptor ? descriptor : [])
      + [0x50, 0x4b, 1, 2] + little(0, 42)
  }
}

/// One member of a POSIX archive.
private func tar(_ bytes: [UInt8]) -> [UInt8] {
  var header = [UInt8](repeating: 0, count: 512)
  header.replaceSubrange(0..<10, with: Array("etc/passwd".utf8))
  let size = "0000" + String(bytes.count, radix: 8)
  header.replaceSubrange(124..<124 + size.utf8.count, with: Array(size.utf8))
  header.replaceSubrange(257..<262, with: Array("ustar".utf8))
  return header + bytes + [UInt8](repeating: 0, count: 512 - bytes.count % 512 + 1_024)
}

/// RFC 4648 section 4, or 5 with its alphabet.
package func base64Text(_ bytes: [UInt8], _ alphabet: String, pads: Bool) -> String {
  let characters = Array(alphabet)
  var text = ""
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
    for place in 0..<4 {
      if place <= group.count {
        text.append(characters[Int(bits >> UInt32(18 - 6 * place)) & 63])
      } else if pads {
        text.append("=")
      }
    }
  }
  return text
}
