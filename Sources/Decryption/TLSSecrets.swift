import Synchronization
import Wire

/// What came of the lines of the key logs.
package struct KeyLogCounters: Equatable, Sendable {
  /// Lines that are neither blank nor comments.
  package var lines: UInt64 = 0
  /// New secrets.
  package var secrets: UInt64 = 0
  /// Secrets that were known already.
  package var duplicates: UInt64 = 0
  /// Secrets that replaced another value of the same name.
  package var conflicts: UInt64 = 0
  /// Well-formed lines of no use here, such as exporter secrets.
  package var ignored: UInt64 = 0
  package var malformed: UInt64 = 0
  /// Connections whose secrets gave way to those of newer ones.
  package var forgotten: UInt64 = 0

  package init() {}
}

/// The TLS secrets of the owner's key logs. All workers share one; any thread may call it.
package final class TLSSecrets: Sendable {
  /// Connections kept: a key log of a million lines. With the four secrets of TLS 1.3 each they take 87 MB.
  package static let defaultLimit = 262_144

  fileprivate struct State {
    var store: SecretStore
    var counters = KeyLogCounters()
  }

  private let state: Mutex<State>
  private let additions = Atomic<UInt64>(0)

  /// - Parameter limit: how many connections are kept; the oldest is forgotten for a new one.
  package init(limit: Int = TLSSecrets.defaultLimit) { state = Mutex(State(store: SecretStore(limit: limit))) }

  /// Takes one line of a key log, with or without its line end. Comments and blank lines are stepped over, what cannot
  /// be read is counted.
  ///
  /// - Returns: false for what cannot be read.
  @discardableResult
  package func add(line: RawSpan) -> Bool {
    let end = line.byteCount > 0 && line.octets[line.byteCount - 1] == 0x0A ? line.byteCount - 1 : line.byteCount
    let parsed = KeyLogLine(line.extracting(..<end))
    guard parsed != .blank else { return true }
    let isNew = state.withLock { $0.take(parsed) }
    if isNew { additions.wrappingAdd(1, ordering: .releasing) }
    return parsed != .malformed
  }

  /// The secret that `label` names of the connection whose ClientHello had `random`.
  package func secret(_ label: SecretLabel, for random: ClientRandom) -> [UInt8]? {
    state.withLock { $0.store[SecretKey(label, random)] }
  }

  /// The premaster secret by its RSA-encrypted form in the ClientKeyExchange (RFC 5246 section 7.4.7.1).
  ///
  /// - Parameter encrypted: without its length; only the first 8 bytes count. Fewer find nothing.
  package func premaster(encrypted: RawSpan) -> [UInt8]? {
    guard encrypted.byteCount >= SecretKey.encryptedByteCount else { return nil }
    let key = SecretKey(.encryptedPremaster, encrypted.extracting(..<SecretKey.encryptedByteCount))
    return state.withLock { $0.store[key] }
  }

  /// The master secret by the session id of the ServerHello (RFC 5246 section 7.4.1.3).
  package func masterSecret(sessionID: RawSpan) -> [UInt8]? {
    guard sessionID.byteCount > 0, sessionID.byteCount <= SecretKey.subjectLimit else { return nil }
    return state.withLock { $0.store[SecretKey(.session, sessionID)] }
  }

  /// Grows with each secret that is new or has changed; cheap enough to ask for at every record.
  package var generation: UInt64 { additions.load(ordering: .acquiring) }

  package var counters: KeyLogCounters { state.withLock { $0.counters } }

  /// Connections and sessions of which something is known.
  package var connectionCount: Int { state.withLock { $0.store.ownerCount } }

  /// Counts a line that was given up before it was whole.
  func countMalformedLine() {
    state.withLock { _ = $0.take(.malformed) }
  }
}

extension TLSSecrets.State {
  /// - Returns: whether a look-up may now find what it did not find before.
  fileprivate mutating func take(_ line: KeyLogLine) -> Bool {
    counters.lines &+= 1
    switch line {
    case .blank: counters.lines &-= 1
    case .ignored: counters.ignored &+= 1
    case .malformed: counters.malformed &+= 1
    case .secret(let key, let value):
      switch store.insert(value, for: key) {
      case .duplicate: counters.duplicates &+= 1
      case .conflict:
        counters.conflicts &+= 1
        return true
      case .added(let isForgetting):
        counters.secrets &+= 1
        if isForgetting { counters.forgotten &+= 1 }
        return true
      }
    }
    return false
  }
}
