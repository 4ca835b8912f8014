extension DNSRecordData {
  /// Strings of one TXT record, options of one OPT and parameters of one binding that are kept: more than any honest
  /// record has, and no more than the record's bytes can hold.
  static let elementLimit = 64

  /// Reads the data in `range` of `message`; what does not fit its type is `opaque`.
  static func read(_ message: RawSpan, _ range: Range<Int>, type: DNSRecordType) -> DNSRecordData {
    (try? known(message, range, type: type)) ?? .opaque(byteCount: range.count)
  }

  private static func known(
    _ message: RawSpan, _ range: Range<Int>, type: DNSRecordType
  ) throws(ParseError) -> DNSRecordData? {
    let data = message.extracting(range)
    switch type {
    case .a: return data.byteCount == 4 ? .address(IPAddress(ipv4: data.bigEndian(at: 0))) : nil
    case .aaaa:
      guard data.byteCount == 16 else { return nil }
      return .address(IPAddress(high: data.bigEndian(at: 0), low: data.bigEndian(at: 8)))
    case .cname, .dname, .ns, .ptr: return .name(try name(message, range, at: 0).text)
    case .mx:
      try data.require(2)
      return .mailExchange(preference: data.bigEndian(at: 0), try name(message, range, at: 2).text)
    case .srv:
      try data.require(6)
      return .service(
        DNSService(
          priority: data.bigEndian(at: 0), weight: data.bigEndian(at: 2), port: data.bigEndian(at: 4),
          target: try name(message, range, at: 6).text))
    case .soa: return try authority(message, range)
    case .txt: return .text(try strings(data))
    case .svcb, .https: return try binding(message, range)
    case .opt: return .options(try options(data))
    default: return nil
    }
  }

  /// A name at `offset` of the data; what it takes of the data must lie inside them.
  private static func name(
    _ message: RawSpan, _ range: Range<Int>, at offset: Int
  ) throws(ParseError) -> (text: String, end: Int) {
    let name = try DNSName.read(message, at: range.lowerBound + offset)
    guard name.end <= range.upperBound else { throw .malformed(.lengthField, offset: range.lowerBound + offset) }
    return name
  }

  private static func authority(_ message: RawSpan, _ range: Range<Int>) throws(ParseError) -> DNSRecordData {
    let primary = try name(message, range, at: 0)
    let mailbox = try name(message, range, at: primary.end - range.lowerBound)
    var numbers = ByteCursor(delimited: message.extracting(mailbox.end..<range.upperBound))
    return .authority(
      DNSAuthority(
        primary: primary.text, mailbox: mailbox.text, serial: try numbers.integer(), refresh: try numbers.integer(),
        retry: try numbers.integer(), expire: try numbers.integer(), minimum: try numbers.integer()))
  }

  private static func strings(_ data: RawSpan) throws(ParseError) -> [String] {
    var cursor = ByteCursor(delimited: data)
    var strings: [String] = []
    while !cursor.isAtEnd, strings.count < elementLimit { strings.append(text(try cursor.vector(UInt8.self))) }
    return strings
  }

  private static func options(_ data: RawSpan) throws(ParseError) -> [DNSOption] {
    var cursor = ByteCursor(delimited: data)
    var options: [DNSOption] = []
    while !cursor.isAtEnd, options.count < elementLimit {
      let code = try cursor.integer(UInt16.self)
      options.append(DNSOption(code: code, data: text(try cursor.vector(UInt16.self))))
    }
    return options
  }

  private static func text(_ bytes: RawSpan) -> String {
    var text: [UInt8] = []
    DNSText.append(bytes, escaping: nil, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

// SVCB and HTTPS: RFC 9460 sections 2.2 and 7.
extension DNSRecordData {
  private static func binding(_ message: RawSpan, _ range: Range<Int>) throws(ParseError) -> DNSRecordData {
    try message.extracting(range).require(2)
    let target = try name(message, range, at: 2)
    var binding = DNSServiceBinding(
      priority: message.bigEndian(at: range.lowerBound), target: target.text, parameters: [], hints: [])
    var cursor = ByteCursor(delimited: message.extracting(target.end..<range.upperBound))
    while !cursor.isAtEnd, binding.parameters.count < elementLimit {
      let key = try cursor.integer(UInt16.self)
      try binding.take(key: key, value: cursor.vector(UInt16.self))
    }
    return .binding(binding)
  }
}

extension DNSServiceBinding {
  fileprivate mutating func take(key: UInt16, value: RawSpan) throws(ParseError) {
    switch key {
    case 1:
      var cursor = ByteCursor(delimited: value)
      var protocols: [String] = []
      while !cursor.isAtEnd, protocols.count < DNSRecordData.elementLimit {
        let bytes = try cursor.vector(UInt8.self)
        protocols.append(bytes.text(in: 0..<bytes.byteCount))
      }
      parameters.append("alpn=\(protocols.joined(separator: ","))")
    case 3:
      try value.require(2)
      parameters.append("port=\(value.bigEndian(at: 0, as: UInt16.self))")
    case 4: takeHints("ipv4hint", value, byteCount: 4) { IPAddress(ipv4: $0.bigEndian(at: 0)) }
    case 6:
      takeHints("ipv6hint", value, byteCount: 16) {
        IPAddress(high: $0.bigEndian(at: 0), low: $0.bigEndian(at: 8))
      }
    case 7: parameters.append("dohpath=\(value.text(in: 0..<value.byteCount))")
    default: parameters.append(Self.keyNames[key] ?? "key\(key)")
    }
  }

  private static let keyNames: [UInt16: String] = [0: "mandatory", 2: "no-default-alpn", 5: "ech", 8: "ohttp"]

  private mutating func takeHints(_ key: String, _ value: RawSpan, byteCount: Int, _ read: (RawSpan) -> IPAddress) {
    var found: [IPAddress] = []
    var offset = 0
    while offset <= value.byteCount - byteCount, found.count < DNSRecordData.elementLimit {
      found.append(read(value.extracting(offset..<offset + byteCount)))
      offset += byteCount
    }
    parameters.append("\(key)=\(found.map(\.description).joined(separator: ","))")
    hints += found
  }
}
