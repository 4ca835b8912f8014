import Observations
import Wire

/// What is kept of a ClientHello.
struct ReadClientHello {
  var told: TLSHello
  var random: [UInt8]
  var sessionID: [UInt8] = []
  /// Whether the client offers to go on with an earlier session by a ticket: RFC 5077.
  var offersTicket = false
  /// Whether records under early keys may follow at once: RFC 8446 section 4.2.10.
  var offersEarlyData = false
  var ja3: TLSFingerprint?
  var ja4: String?
  /// Content of the extension of RFC 9849, to be compared with that of a second hello.
  private var encryptedHello: [UInt8] = []

  /// Protocols kept of one hello.
  private static let protocolLimit = 32
  /// Bytes kept of a name; DNS allows 255.
  private static let nameByteLimit = 1024
  /// Names that stand in hellos for nothing but to hide the true one: the public names (RFC 9849 section 4) of the
  /// services that are known to offer Encrypted Client Hello.
  private static let frontNames: Set<String> = ["cloudflare-ech.com", "public.tls-ech.dev", "cover.defo.ie"]

  /// - Parameter body: of the handshake message.
  init(_ body: RawSpan) throws(ParseError) {
    let hello = try ClientHello(body)
    random = [UInt8](copying: hello.random)
    sessionID = [UInt8](copying: hello.sessionID)
    told = Self.told(hello)
    (ja3, ja4) = (JA3.client(hello), JA4.client(hello))
    try? TLSExtensions.forEach(in: hello.extensions) { type, content in
      switch type {
      case .sessionTicket: offersTicket = content.byteCount > 0
      case .earlyData: offersEarlyData = true
      case .encryptedClientHello: encryptedHello = [UInt8](copying: content)
      default: break
      }
    }
  }

  /// The challenge becomes the random, filled up with zeros in front: RFC 5246 appendix E.2.
  init(_ hello: borrowing SSL2ClientHello) {
    told = TLSHello(serverName: nil, alpn: [])
    let challenge = [UInt8](copying: hello.challenge)
    random = [UInt8](repeating: 0, count: 32 - challenge.count) + challenge
  }

  /// What the hello that answers a HelloRetryRequest reveals of the first: RFC 9849 sections 6.1.5 and 6.2.
  func judged(after first: ReadClientHello) -> TLSHello {
    var told = self.told
    guard told.encryptedHello == .possible, let content = try? EncryptedClientHello(encryptedHello.rawSpan) else {
      return told
    }
    if encryptedHello == first.encryptedHello {
      (told.encryptedHello, told.publicName) = (.none, nil)
    } else if content.encapsulatedKey.byteCount == 0 {
      (told.encryptedHello, told.serverName) = (.certain, nil)
    }
    return told
  }

  private static func told(_ hello: borrowing ClientHello) -> TLSHello {
    var name: String?
    // What is readable of a damaged block is kept.
    if let bytes = try? hello.serverName() {
      name = bytes.text(in: 0..<min(nameByteLimit, bytes.byteCount)).lowercased()
    }
    var protocols: [String] = []
    try? hello.forEachProtocol { bytes in
      protocols.append(bytes.text(in: 0..<bytes.byteCount))
      return protocols.count < protocolLimit
    }
    guard let hidden = try? hello.encryptedClientHello(), hidden.isOuter else {
      return TLSHello(serverName: name, alpn: protocols)
    }
    if let name, frontNames.contains(name) {
      return TLSHello(serverName: nil, alpn: protocols, encryptedHello: .certain, publicName: name)
    }
    return TLSHello(serverName: name, alpn: protocols, encryptedHello: .possible, publicName: name)
  }
}

extension [UInt8] {
  /// A copy of `bytes`.
  init(copying bytes: RawSpan) {
    self.init()
    append(bytes)
  }
}
