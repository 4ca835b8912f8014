import Observations
import Wire

/// What is kept of a ServerHello.
struct ReadServerHello {
  var version: TLSVersion
  var suite: UInt16
  var random: [UInt8]
  var sessionID: [UInt8]
  var ja3s: TLSFingerprint
  /// Of TLS 1.2 and below; below TLS 1.3 it stands in clear.
  var alpn: String?
  /// RFC 7366.
  var encryptsThenMACs: Bool
  /// RFC 7627.
  var hasExtendedMasterSecret: Bool
  /// Whether the server took up a pre-shared key: RFC 8446 section 4.2.11.
  var selectsPreSharedKey: Bool

  init(_ hello: borrowing ServerHello) {
    (version, suite, ja3s) = (hello.version, hello.cipherSuite, JA3.server(hello))
    (random, sessionID) = ([UInt8](copying: hello.random), [UInt8](copying: hello.sessionID))
    alpn = Self.name(try? hello.selectedProtocol())
    encryptsThenMACs = hello.hasExtension(.encryptThenMAC)
    hasExtendedMasterSecret = hello.hasExtension(.extendedMasterSecret)
    selectsPreSharedKey = hello.hasExtension(.preSharedKey)
  }

  /// The protocol that stands in a block of server extensions.
  static func selectedProtocol(in extensions: RawSpan) -> String? {
    name(try? ServerHello.selectedProtocol(in: extensions))
  }

  private static func name(_ bytes: RawSpan?) -> String? {
    guard let bytes else { return nil }
    return bytes.text(in: 0..<bytes.byteCount)
  }
}
