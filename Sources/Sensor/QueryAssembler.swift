import Matching
import Observations
import Wire

/// Finds secrets that several DNS queries carry together, a chunk in each name: as it is, or in hexadecimal, base32 or
/// base64url, each chunk by itself or all in one.
///
/// It reads the merged observations, because every query is a flow of its own. What a client asks for below one domain
/// is gathered until it pauses for `pause`, or `CarriedQueries.mostQueries` names are there; then it is looked at once.
struct QueryAssembler: ~Copyable {
  private struct Subject: Hashable {
    let client: IPAddress
    let domain: [UInt8]
  }

  private struct Told: Equatable {
    let subject: Subject
    let fingerprint: String
  }

  private struct Track {
    var carried = CarriedQueries()
    /// The last names: each is asked for twice, for IPv4 and IPv6, and again without an answer.
    var recent: [String] = []
    var count = 0
    var last: Observation
    var message: DNSMessage
  }

  /// Nanoseconds without a further query after which a text is taken for complete.
  static let pause: Int64 = 5_000_000_000
  /// Clients and domains followed; beyond it the one that asked longest ago is looked at and forgotten.
  static let mostTracks = 256
  /// A name without a label of this length carries nothing, unless others below its domain do. Bytes.
  static let leastLabel = 16
  private static let recentNames = 8
  private static let rememberedSecrets = 64

  private var matcher: SecretMatcher
  private let workshop: UnwrapWorkshop
  private var tracks: [Subject: Track] = [:]
  private var deadline = Int64.max
  /// Secrets that were told of lately, from one name or several: they are no news where they went before.
  private var told: [Told] = []
  private(set) var evictionCount: UInt64 = 0

  init(patterns: SecretPatterns, limits: UnwrapLimits) throws(MatchingError) {
    matcher = try SecretMatcher(patterns: patterns)
    workshop = UnwrapWorkshop(limits: limits)
  }

  /// Hands on `observation`, and behind it what is complete by now.
  mutating func relay(_ observation: Observation, _ observe: (Observation) -> Void) {
    observe(observation)
    if observation.place.timestamp >= deadline { advance(to: observation.place.timestamp, observe) }
    switch observation.fact {
    case .dns(let message) where !message.isResponse:
      for query in message.queries { take(query.name, of: message, observation, observe) }
    case .credential(let sighting) where sighting.location == .dnsName:
      for query in sighting.dns?.queries ?? [] {
        remember(sighting.credential.fingerprint, Self.subject(of: query.name, observation))
      }
    default: break
    }
  }

  /// Looks at what nothing was added to since `pause` before `now`.
  mutating func advance(to now: Int64, _ observe: (Observation) -> Void) {
    guard now >= deadline else { return }
    let over = tracks.filter { now &- $0.value.last.place.timestamp >= Self.pause }
    for (subject, track) in Self.inOrder(over) {
      tracks[subject] = nil
      look(at: track, of: subject, observe)
    }
    deadline = tracks.values.map { $0.last.place.timestamp &+ Self.pause }.min() ?? .max
  }

  mutating func finish(_ observe: (Observation) -> Void) {
    for (subject, track) in Self.inOrder(tracks) { look(at: track, of: subject, observe) }
    tracks = [:]
    deadline = .max
  }

  /// Those added to longest ago first: in the order of packets, whatever a dictionary's is.
  private static func inOrder(_ tracks: [Subject: Track]) -> [(key: Subject, value: Track)] {
    tracks.sorted(by: precedes)
  }

  private static func precedes(_ one: (key: Subject, value: Track), _ other: (key: Subject, value: Track)) -> Bool {
    let (first, second) = (one.value.last.place, other.value.last.place)
    // One message may ask for names below several domains.
    guard (first.packet, first.step) != (second.packet, second.step) else {
      return one.key.domain.lexicographicallyPrecedes(other.key.domain)
    }
    return (first.packet, first.step) < (second.packet, second.step)
  }

  private mutating func take(
    _ name: String, of message: DNSMessage, _ observation: Observation, _ observe: (Observation) -> Void
  ) {
    guard let labels = Self.payload(of: name) else { return }
    let subject = Self.subject(of: name, observation)
    guard var track = tracks.removeValue(forKey: subject) ?? newTrack(labels, observation, message, observe) else {
      return
    }
    defer { tracks[subject] = track }
    guard !track.recent.contains(name) else { return }
    if track.recent.count == Self.recentNames { track.recent.removeFirst() }
    track.recent.append(name)
    track.carried.append(labels)
    track.count += 1
    (track.last, track.message) = (observation, message)
    deadline = min(deadline, observation.place.timestamp &+ Self.pause)
    if track.carried.isFull {
      look(at: track, of: subject, observe)
      track.carried.keepEnd()
    }
  }

  private mutating func newTrack(
    _ labels: [[UInt8]], _ observation: Observation, _ message: DNSMessage, _ observe: (Observation) -> Void
  ) -> Track? {
    guard labels.contains(where: { $0.count >= Self.leastLabel }) else { return nil }
    if tracks.count >= Self.mostTracks, let (oldest, track) = tracks.min(by: Self.precedes) {
      tracks[oldest] = nil
      evictionCount &+= 1
      look(at: track, of: oldest, observe)
    }
    return Track(last: observation, message: message)
  }

  private static func subject(of name: String, _ observation: Observation) -> Subject {
    let domain = name.utf8.split(separator: UInt8(ascii: ".")).suffix(2).joined(separator: [UInt8(ascii: ".")])
    return Subject(client: observation.flow.client.address, domain: domain.map(\.asciiLowercased))
  }

  /// The labels in front of the last two; `nil` where there are none, or the name has characters that data has not, such
  /// as those of something masked.
  private static func payload(of name: String) -> [[UInt8]]? {
    guard name.utf8.count > leastLabel else { return nil }
    let labels = name.utf8.split(separator: UInt8(ascii: ".")).dropLast(2).map(Array.init)
    guard !labels.isEmpty, labels.allSatisfy({ $0.allSatisfy(data.contains) }) else { return nil }
    return labels
  }

  private static let data = ByteSet.alphanumeric.union(ByteSet("-_"))

  private mutating func look(at track: Track, of subject: Subject, _ observe: (Observation) -> Void) {
    guard track.carried.queries.count > 1 else { return }
    for chunks in track.carried.chunkings {
      for reading in ChunkedText(chunks).readings {
        var found: [Sighting] = []
        matcher.scanWhole(reading.rawSpan, unwrapping: workshop, as: .head) { found.append($0) }
        for sighting in found where remember(sighting.credential.fingerprint, subject) {
          observe(Self.observation(of: sighting, in: track))
        }
      }
    }
  }

  private static func observation(of sighting: Sighting, in track: Track) -> Observation {
    let sighting = CredentialSighting(
      credential: sighting.credential, location: .dnsName, direction: .toServer, transport: .dns, request: nil,
      evidence: "\(track.count) DNS queries together: \(sighting.credential.redacted)", dns: track.message)
    return Observation(place: track.last.place, flow: track.last.flow, fact: .credential(sighting))
  }

  /// - Returns: whether it is news.
  @discardableResult
  private mutating func remember(_ fingerprint: String, _ subject: Subject) -> Bool {
    let secret = Told(subject: subject, fingerprint: fingerprint)
    guard !told.contains(secret) else { return false }
    if told.count == Self.rememberedSecrets { told.removeFirst() }
    told.append(secret)
    return true
  }
}
