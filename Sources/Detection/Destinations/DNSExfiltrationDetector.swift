import Alerts
import Observations
import Wire

/// Raises `dns-exfiltration`: names below one domain carry data to whoever answers for it.
///
/// A label carries data when it is long and looks drawn by lot in an alphabet that names can hold: hexadecimal, base32,
/// base36 or base64url. What counts is how many different ones a client asks for below one domain in a window of time,
/// and how much they hold together.
struct DNSExfiltrationDetector {
  private struct Subject: Hashable {
    let client: IPAddress
    let domain: String
  }

  private struct Track {
    var start: Int64
    /// Hashes of the labels seen in this window.
    var labels: Set<UInt64> = []
    var points = 0
    var bitCount = 0
    var sample = ""
    var isTold = false
  }

  private let settings: DNSExfiltrationSettings
  private var tracks: RecencyTable<Subject, Track>
  /// Labels told apart in a window: more than the threshold needs, so that the evidence can say how many.
  private static let labelLimit = 4_096

  init(settings: DNSExfiltrationSettings) {
    self.settings = settings
    tracks = RecencyTable(limit: settings.trackedLimit)
  }

  var isEnabled: Bool { settings.isEnabled }
  var evictionCount: UInt64 { tracks.evictionCount }

  /// What a name carries, and to whom.
  struct Payload {
    /// The registered domain; `nil` where the last label is no top-level domain's, so that only the resolver that is
    /// asked can know what to do with it: dnscat2 works like that.
    let domain: String?
    let labels: [Substring]
  }

  /// `nil` for a name that carries nothing. Costs a look at the length of each label, for nearly all names.
  static func payload(of name: String) -> Payload? {
    guard name.utf8.count > DataLabel.shortest, name.hasLabel(of: DataLabel.shortest),
      let domain = RegisteredDomain(name.lowercased()), domain.suffix != "arpa", domain.suffix != "local"
    else { return nil }
    // As it was sent: capitals may be data.
    let all = name.split(separator: ".")
    let last = domain.suffix.utf8.split(separator: UInt8(ascii: ".")).last ?? domain.suffix.utf8
    let hasTop = last.starts(with: "xn--".utf8) || !last.contains { (0x30...0x39).contains($0) }
    let labels = (hasTop ? all.prefix(domain.labelsOnTheLeft) : all[...]).filter { DataLabel.carries($0) }
    return labels.isEmpty ? nil : Payload(domain: hasTop ? domain.name : nil, labels: labels)
  }

  /// A question that carries data. Its answer repeats it, and counts as little as any repetition.
  mutating func question(_ contact: Contact, _ payload: Payload, _ type: DNSRecordType) -> Alert? {
    let now = contact.place.timestamp
    let subject = Subject(client: contact.flow.client.address, domain: contact.destination.host)
    let track = tracks.use(subject, else: Track(start: now)) { [settings] track -> Track? in
      if now &- track.start > settings.window { track = Track(start: now) }
      guard Self.note(payload.labels, type, in: &track), !track.isTold, track.points >= settings.names,
        track.bitCount / 8 >= settings.byteCount
      else { return nil }
      track.isTold = true
      return track
    }
    guard let track else { return nil }
    let seconds = (now &- track.start) / 1_000_000_000
    return contact.alert(
      .dnsExfiltration, .high,
      "Data is being carried in DNS names \(payload.domain == nil ? "to" : "below") \(subject.domain)", category: nil,
      evidence: "\(track.labels.count) different labels with about \(track.bitCount / 8) bytes within \(seconds) s, "
        + "such as \(track.sample)", attack: ["T1048.003", "T1071.004"],
      advice: "Find the program that asks for these names and stop it; what it could read has left this network.")
  }

  /// - Returns: whether a label was new.
  private static func note(_ labels: [Substring], _ type: DNSRecordType, in track: inout Track) -> Bool {
    var isNew = false
    for label in labels where track.labels.count < labelLimit {
      guard track.labels.insert(DataLabel.hash(label)).inserted else { continue }
      if track.sample.isEmpty { track.sample = DataLabel.masked(label) }
      track.bitCount += label.utf8.count * DataLabel.bitsPerCharacter(label)
      isNew = true
    }
    if isNew { track.points += bulkTypes.contains(type.rawValue) ? 2 : 1 }
    return isNew
  }

  /// TXT and NULL, which bring most back, and numbers for private use.
  private static let bulkTypes: Set<UInt16> = [10, 16, 65_280, 65_305, 65_399]
}

/// A label that may carry data.
enum DataLabel {
  /// Shorter ones are hashes of content networks and the like, and carry little.
  static let shortest = 20

  static func carries(_ label: Substring) -> Bool {
    guard label.utf8.count >= shortest else { return false }
    var counts = [Int](repeating: 0, count: 128)
    var (vowels, marks, changes) = (0, 0, 0)
    var last: Class?
    for byte in label.utf8 {
      guard byte < 128 else { return false }
      counts[Int(byte)] += 1
      let kind = Class(byte)
      if kind == .mark { marks += 1 }
      if let last, last != kind { changes += 1 }
      last = kind
      switch byte | 0x20 {
      case 0x61, 0x65, 0x69, 0x6F, 0x75: vowels += 1
      default: break
      }
    }
    let length = label.utf8.count
    // Words have vowels for a third of their letters, drawn ones for a sixth, and no digits in between; hyphens and
    // underscores part words.
    guard marks * 10 <= length, vowels * 4 <= length, changes * 8 >= length else { return false }
    return distinctEnough(counts, length)
  }

  private enum Class {
    case digit, capital, small, mark

    init(_ byte: UInt8) {
      switch byte {
      case 0x30...0x39: self = .digit
      case 0x41...0x5A: self = .capital
      case 0x61...0x7A: self = .small
      default: self = .mark
      }
    }
  }

  /// Whether no few characters make up the label: padding and counters do.
  private static func distinctEnough(_ counts: [Int], _ length: Int) -> Bool {
    let distinct = counts.count { $0 > 0 }
    let most = counts.max() ?? 0
    return distinct >= 8 && most * 3 <= length
  }

  static func bitsPerCharacter(_ label: Substring) -> Int {
    if label.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }) { return 4 }
    let hasBothCases = label.utf8.contains { (0x41...0x5A).contains($0) } && label.utf8.contains { $0 >= 0x61 }
    return hasBothCases ? 6 : 5
  }

  /// FNV-1a without regard to case, which some resolvers change at random; the same in every run, unlike the standard
  /// library's.
  static func hash(_ label: Substring) -> UInt64 {
    label.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1 | 0x20)) &* 0x0000_0100_0000_01B3 }
  }

  /// Enough to find the name in a log, too little to tell what it carries.
  static func masked(_ label: Substring) -> String { "\(label.prefix(4))… (\(label.utf8.count) characters)" }
}

extension String {
  /// Whether a label has at least so many bytes.
  fileprivate func hasLabel(of length: Int) -> Bool {
    var run = 0
    for byte in utf8 {
      run = byte == UInt8(ascii: ".") ? 0 : run + 1
      if run >= length { return true }
    }
    return false
  }
}
