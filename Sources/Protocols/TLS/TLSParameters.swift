import Decryption
import Wire

/// From what the keys of TLS 1.2 and below are made: RFC 5246 section 6.3.
struct TLSParameters {
  var clientRandom: [UInt8]
  var serverRandom: [UInt8]
  var suite: UInt16
  var version: TLSVersion
  /// Of the ServerHello: key logs may name the master secret by it.
  var sessionID: [UInt8]
  /// RFC 7366.
  var encryptsThenMACs: Bool
  /// RFC 7627: the master secret then depends on the whole handshake, and a premaster secret alone does not give it.
  var hasExtendedMasterSecret: Bool
  /// Of the ClientKeyExchange, where it is RSA's (RFC 5246 section 7.4.7.1): key logs may name it.
  var encryptedPremaster: [UInt8] = []

  init(clientRandom: [UInt8], _ answer: ReadServerHello) {
    self.clientRandom = clientRandom
    (serverRandom, sessionID) = (answer.random, answer.sessionID)
    (suite, version) = (answer.suite, answer.version)
    (encryptsThenMACs, hasExtendedMasterSecret) = (answer.encryptsThenMACs, answer.hasExtendedMasterSecret)
  }

  /// Some old ciphers cannot.
  var canBeOpened: Bool {
    version >= .ssl3 && version <= .tls12 && CipherSuite(rawValue: suite).protection != nil
  }

  func masterSecret(in secrets: TLSSecrets) -> [UInt8]? {
    guard let random = ClientRandom(clientRandom.rawSpan) else { return nil }
    if let master = secrets.secret(.clientRandom, for: random) { return master }
    if let master = secrets.masterSecret(sessionID: sessionID.rawSpan) { return master }
    let premaster =
      secrets.secret(.premasterSecret, for: random) ?? secrets.premaster(encrypted: encryptedPremaster.rawSpan)
    guard let premaster, !hasExtendedMasterSecret else { return nil }
    return Decryption.masterSecret(
      premaster: premaster, suite: CipherSuite(rawValue: suite), version: version.rawValue,
      clientRandom: clientRandom.rawSpan, serverRandom: serverRandom.rawSpan, sessionHash: nil)
  }
}
