import Alerts
import Observations
import Wire

/// Counts, by AI provider, how much of each flow could be read.
///
/// Flows to providers are followed from the first name that tells of one, encrypted flows to anywhere else from their
/// end. What is asked for is a sum over the flows that are over and those that still live.
struct CoverageTally {
  fileprivate struct Track {
    /// `nil` for what is none of the providers'.
    var provider: String?
    var reading: Reading?
    var isGapped = false
  }

  /// What became of the bytes of a flow.
  fileprivate enum Reading { case plain, decrypted, partly, withoutKeys, wrongKeys, hiddenByECH, hiddenByQUIC }

  private var tracks: [UInt64: Track] = [:]
  private var providers: [String: Coverage.Flows] = [:]
  private var elsewhere = Coverage.Flows()
  /// Flows followed at a time; further ones are counted in `untrackedCount` alone.
  private static let limit = 262_144
  private(set) var untrackedCount: UInt64 = 0

  /// What is known so far.
  var coverage: Coverage {
    var tally = self
    for track in tracks.values { tally.count(track) }
    var coverage = Coverage()
    coverage.providers = tally.providers.sorted { $0.key < $1.key }.map { (id: $0.key, flows: $0.value) }
    coverage.elsewhere = tally.elsewhere
    return coverage
  }

  /// A name, or an address that a name led to, says that `flow` goes to `provider`.
  ///
  /// A proxy's connection may go to several in turn: each of them had a flow.
  mutating func attribute(_ flow: FlowContext, to provider: String) {
    change(flow) { track, tally in
      if let earlier = track.provider, earlier != provider {
        tally.count(track)
        track = Track()
      }
      track.provider = provider
    }
  }

  /// A request to a provider was read; whether under encryption is told when that is over.
  mutating func request(on flow: FlowContext) {
    guard tracks[flow.id] != nil else { return }
    change(flow) { track, _ in if track.reading == nil { track.reading = .plain } }
  }

  mutating func encryption(_ summary: EncryptionSummary, on flow: FlowContext) {
    change(flow) { track, _ in
      track.isGapped = track.isGapped || summary.toServer.gaps > 0 || summary.toClient.gaps > 0
      guard let reading = Reading(summary, isQUIC: flow.transport == .udp) else { return }
      track.reading = track.reading.map { $0.joined(with: reading) } ?? reading
    }
  }

  mutating func gap(on flow: FlowContext) {
    if !tracks.isEmpty { tracks[flow.id]?.isGapped = true }
  }

  func isFollowing(_ flow: FlowContext) -> Bool { !tracks.isEmpty && tracks[flow.id]?.provider != nil }

  mutating func closed(_ flow: FlowContext) {
    if !tracks.isEmpty, let track = tracks.removeValue(forKey: flow.id) { count(track) }
  }

  private mutating func change(_ flow: FlowContext, _ body: (inout Track, inout Self) -> Void) {
    guard tracks[flow.id] != nil || tracks.count < Self.limit else {
      untrackedCount &+= 1
      return
    }
    var track = tracks.removeValue(forKey: flow.id) ?? Track()
    body(&track, &self)
    tracks[flow.id] = track
  }

  private mutating func count(_ track: Track) {
    if let provider = track.provider {
      providers[provider, default: .init()].add(track)
    } else if track.reading != nil {
      elsewhere.add(track)
    }
  }
}

extension CoverageTally.Reading {
  /// - Returns: `nil` where nothing was protected: a handshake that failed, or was all there is.
  fileprivate init?(_ summary: EncryptionSummary, isQUIC: Bool) {
    guard summary.toServer.protectedRecords > 0 || summary.toClient.protectedRecords > 0 else { return nil }
    switch summary.visibility {
    case .decrypted: self = .decrypted
    case .partly: self = .partly
    case .wrongKeys: self = .wrongKeys
    case .hiddenName: self = .hiddenByECH
    case .noKeys: self = isQUIC ? .hiddenByQUIC : .withoutKeys
    }
  }

  /// Of encryption inside encryption, or after a request in clear that asked for it.
  fileprivate func joined(with later: Self) -> Self {
    switch (self, later) {
    case (.plain, _): later
    case (.decrypted, .decrypted): .decrypted
    case (.decrypted, _), (.partly, _), (_, .decrypted), (_, .partly): .partly
    default: later
    }
  }
}

extension Coverage.Flows {
  fileprivate mutating func add(_ track: CoverageTally.Track) {
    total &+= 1
    if track.isGapped { gapped &+= 1 }
    switch track.reading {
    case .plain: plain &+= 1
    case .decrypted: decrypted &+= 1
    case .partly: partly &+= 1
    case .withoutKeys: withoutKeys &+= 1
    case .wrongKeys: wrongKeys &+= 1
    case .hiddenByECH: hiddenByECH &+= 1
    case .hiddenByQUIC: hiddenByQUIC &+= 1
    case nil: break
    }
  }
}
