import Crypto
import Observations
import Wire

/// JA3 of clients and servers: <https://github.com/salesforce/ja3>.
///
/// Numbers in decimal, joined by `-`, the lists by `,`; GREASE left out. The hash is MD5, as the format has it: it
/// names a look, and protects nothing.
enum JA3 {
  /// Characters of the text that are kept; browsers need some 200. The hash is over all of it.
  private static let textLimit = 4096

  static func client(_ hello: borrowing ClientHello) -> TLSFingerprint {
    var extensions = NumberList()
    var groups = NumberList()
    var formats = NumberList()
    try? TLSExtensions.forEach(in: hello.extensions) { type, content in
      extensions.append(type.rawValue)
      if type == .supportedGroups { groups.append(words: content, from: 2) }
      if type == .pointFormats {
        for offset in stride(from: 1, to: content.byteCount, by: 1) { formats.append(number: content.octets[offset]) }
      }
    }
    var suites = NumberList()
    suites.append(words: hello.cipherSuites, from: 0)
    return fingerprint([String(hello.legacyVersion.rawValue), suites.text, extensions.text, groups.text, formats.text])
  }

  static func server(_ hello: borrowing ServerHello) -> TLSFingerprint {
    var extensions = NumberList()
    try? TLSExtensions.forEach(in: hello.extensions) { type, _ in extensions.append(number: type.rawValue) }
    return fingerprint([String(hello.legacyVersion.rawValue), String(hello.cipherSuite), extensions.text])
  }

  private static func fingerprint(_ parts: [String]) -> TLSFingerprint {
    let text = parts.joined(separator: ",")
    let hash = Hexadecimal.text(Insecure.MD5.hash(data: Array(text.utf8)))
    return TLSFingerprint(text: String(text.prefix(textLimit)), hash: hash)
  }

  /// Numbers joined by `-`.
  private struct NumberList {
    private(set) var text = ""

    mutating func append(number: some FixedWidthInteger) {
      if !text.isEmpty { text += "-" }
      text += String(number)
    }

    mutating func append(_ value: UInt16) {
      if !value.isGREASE { append(number: value) }
    }

    /// Two bytes each; an odd one at the end is no number.
    mutating func append(words: RawSpan, from start: Int) {
      for value in words.words(from: start) { append(value) }
    }
  }
}

/// JA4 of a client over TCP: <https://github.com/FoxIO-LLC/ja4>, technical details of JA4.
enum JA4 {
  /// `t13d1516h2_8daaf6152771_e5627efa2ab1`: transport, version, whether a name is asked for, numbers of suites and
  /// extensions, first protocol; a hash of the sorted suites; a hash of the sorted extensions and of the signature
  /// algorithms in their order.
  static func client(_ hello: borrowing ClientHello, transport: Character = "t") -> String {
    let suites = hello.cipherSuites.words(from: 0).filter { !$0.isGREASE }
    var extensions: [UInt16] = []
    var algorithms: [UInt16] = []
    var version = hello.legacyVersion.rawValue
    var hasName = false
    try? TLSExtensions.forEach(in: hello.extensions) { type, content in
      guard !type.rawValue.isGREASE else { return }
      extensions.append(type.rawValue)
      switch type {
      case .serverName: hasName = true
      case .signatureAlgorithms: algorithms = content.words(from: 2).filter { !$0.isGREASE }
      case .supportedVersions: version = content.words(from: 1).filter { !$0.isGREASE }.max() ?? version
      default: break
      }
    }
    let counted = twoDigits(suites.count) + twoDigits(extensions.count)
    let start = "\(transport)\(name(of: version))\(hasName ? "d" : "i")\(counted)\(firstProtocol(of: hello))"
    let hashed = extensions.filter { $0 != 0 && $0 != TLSExtensionType.applicationLayerProtocols.rawValue }.sorted()
    var tail = list(hashed)
    if !algorithms.isEmpty { tail += "_" + list(algorithms) }
    return "\(start)_\(hash(list(suites.sorted())))_\(hash(tail))"
  }

  private static func twoDigits(_ count: Int) -> String {
    count < 10 ? "0\(count)" : String(min(count, 99))
  }

  private static func name(of version: UInt16) -> String {
    switch TLSVersion(rawValue: version) {
    case .tls13: "13"
    case .tls12: "12"
    case .tls11: "11"
    case .tls10: "10"
    case .ssl3: "s3"
    case .ssl2: "s2"
    default: "00"
    }
  }

  /// First and last character of the first protocol, those of its hexadecimal form where one is no letter or digit.
  private static func firstProtocol(of hello: borrowing ClientHello) -> String {
    var first: [UInt8] = []
    try? hello.forEachProtocol { name in
      first.append(name)
      return false
    }
    guard let head = first.first, let tail = first.last else { return "00" }
    if head.isASCIIAlphanumeric, tail.isASCIIAlphanumeric {
      return String(decoding: [head, tail], as: UTF8.self)
    }
    let digits = Hexadecimal.text([head, tail])
    return String([digits.first ?? "0", digits.last ?? "0"])
  }

  private static func list(_ values: [UInt16]) -> String {
    values.map { Hexadecimal.text([UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]) }
      .joined(separator: ",")
  }

  /// The first twelve digits of SHA-256; zeros for an empty list.
  private static func hash(_ text: String) -> String {
    guard !text.isEmpty else { return String(repeating: "0", count: 12) }
    return String(Hexadecimal.text(SHA256.hash(data: Array(text.utf8))).prefix(12))
  }
}

/// Bytes as pairs of hexadecimal digits.
enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>, uppercase: Bool = false, separator: String = "") -> String {
    let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    var text: [UInt8] = []
    for byte in bytes {
      if !text.isEmpty { text.append(contentsOf: separator.utf8) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension RawSpan {
  /// The big-endian 16-bit values from `start` on; an odd byte at the end is left out.
  func words(from start: Int) -> [UInt16] {
    stride(from: start, to: byteCount - 1, by: 2).map { bigEndian(at: $0) }
  }
}

extension UInt8 {
  fileprivate var isASCIIAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
