import Crypto
import Observations
import TestSupport
import Wire

@testable import Matching

/// Ways to write text, as the peers of the wire do.
enum Writing: String, CaseIterable, Sendable {
  case plain, base64, base64url, hex, upperHex, percent, lowerPercent, percentPunctuation

  func write(_ text: String) -> String {
    let bytes = Array(text.utf8)
    switch self {
    case .plain: return text
    case .base64:
      return base64Text(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", pads: true)
    case .base64url:
      return base64Text(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", pads: false)
    case .hex: return bytes.map { hexText($0, "0123456789abcdef") }.joined()
    case .upperHex: return bytes.map { hexText($0, "0123456789ABCDEF") }.joined()
    case .percent: return bytes.map { "%" + hexText($0, "0123456789ABCDEF") }.joined()
    case .lowerPercent: return bytes.map { "%" + hexText($0, "0123456789abcdef") }.joined()
    case .percentPunctuation:
      return bytes.map { byte in
        ByteSet.alphanumeric.contains(byte)
          ? String(UnicodeScalar(byte)) : "%" + hexText(byte, "0123456789ABCDEF")
      }.joined()
    }
  }

  /// What the matcher calls this writing of `key`, where it can tell the difference.
  func encodings(of key: String, written: String) -> [Encoding] {
    switch self {
    case .plain: []
    case .base64: [.base64]
    case .base64url: written.contains { "-_".contains($0) } ? [.base64url] : [.base64]
    case .hex, .upperHex: [.hex]
    case .percent, .lowerPercent: [.percent]
    case .percentPunctuation: key.utf8.allSatisfy(ByteSet.alphanumeric.contains) ? [] : [.percent]
    }
  }
}

private func hexText(_ byte: UInt8, _ digits: String) -> String {
  let digits = Array(digits)
  return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}

/// What a person computes with `sha256sum`.
func sha256(_ text: String) -> String {
  "sha256:" + SHA256.hash(data: Array(text.utf8)).map { hexText($0, "0123456789abcdef") }.joined()
}

extension SecretMatcher {
  /// `text` with every secret in it, encoded or not, replaced by its masked form.
  mutating func redact(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let found = sightings(in: bytes.rawSpan)
    guard !found.isEmpty else { return text }
    return String(decoding: Redaction.masked(bytes.rawSpan, found), as: UTF8.self)
  }

  /// The sightings in a text that is a stream of its own.
  mutating func sightings(in text: String) -> [Sighting] { sightings(in: Array(text.utf8).rawSpan) }

  /// The sightings in `bytes` when they arrive in pieces that end at `cuts`.
  mutating func sightings(in bytes: [UInt8], cutAt cuts: some Sequence<Int>) -> [Sighting] {
    var state = ScanState()
    var found: [Sighting] = []
    var start = 0
    for cut in cuts.map({ min($0, bytes.count) }) + [bytes.count] where cut > start {
      scan(bytes.rawSpan.extracting(start..<cut), state: &state) { found.append($0) }
      start = cut
    }
    finish(&state) { found.append($0) }
    return found
  }
}

/// The characters that `range` covers.
func slice(_ text: String, _ range: Range<UInt64>) -> String {
  String(decoding: Array(text.utf8)[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
}
