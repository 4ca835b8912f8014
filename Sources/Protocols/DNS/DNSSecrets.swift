import Matching
import Observations
import Wire

/// Finds the secrets in a DNS message, and masks them in its texts.
///
/// A key may be a label, follow a label's length byte that looks like a digit, be cut into several labels because one
/// holds 63 bytes, or stand in TXT. So it is looked for in names as text, in the labels of a name joined, in the
/// strings of TXT joined, and in the message's bytes as they are.
struct DNSSecrets {
  /// Seen in what was asked: on its way to whoever answers for the name.
  private(set) var asked: [Sighting] = []
  /// Seen in what was answered.
  private(set) var told: [Sighting] = []
  /// Fingerprints of those that the message's bytes show as they are.
  private var inBytes: [String] = []
  /// What was found in each text: names repeat, and what is told is what is masked.
  private var finds: [String: [Find]] = [:]
  /// Bytes of joined labels still looked at; names come from pointers, so a small message can hold many long ones.
  private var joinedByteBudget: Int

  /// Joined labels looked at in one message, in bytes: those of a dozen of the longest names, ...
  private static let joinedByteLimit = 65_536
  /// ... and no more than the message pays for: 24 windows over a name of 255 bytes take 6 KiB.
  private static func joinedByteLimit(of byteCount: Int) -> Int { min(joinedByteLimit, 4_096 + 16 * byteCount) }

  /// Looks through `message`, which was read from `bytes`, and masks what is found in it.
  init(maskingIn message: inout DNSMessage, _ bytes: RawSpan, _ context: inout AnalysisContext) {
    let raw = context.scanWhole(bytes, as: .head)
    joinedByteBudget = Self.joinedByteLimit(of: bytes.byteCount)
    let texts = Self.texts(message, joinedByteLimit: joinedByteBudget)
    guard !raw.isEmpty || !context.scanWhole(texts.rawSpan, as: .head).isEmpty else { return }
    inBytes = raw.map(\.credential.fingerprint)
    collect(message, raw, &context)
    // Strings first: a part of a secret that was masked would hide the rest of it.
    maskStrings(in: &message, &context)
    message.mapText { masked($0, &context) }
    finds = [:]
  }

  /// Whether a scan of the message's bytes finds it too.
  func isInBytes(_ sighting: Sighting) -> Bool { inBytes.contains(sighting.credential.fingerprint) }

  var isEmpty: Bool { asked.isEmpty && told.isEmpty }

  /// All texts in which a secret may stand, a line each: one scan says whether there is any. Names repeat, by pointers
  /// above all, and stand here once.
  private static func texts(_ message: DNSMessage, joinedByteLimit: Int) -> [UInt8] {
    var lines: [UInt8] = []
    var names: Set<String> = []
    func add(_ text: String) {
      lines.append(contentsOf: text.utf8)
      lines.append(UInt8(ascii: "\n"))
    }
    func add(name: String) {
      guard names.insert(name).inserted else { return }
      add(name)
      guard lines.count < joinedByteLimit else { return }
      for window in JoinedLabels.windows(of: name) {
        lines.append(contentsOf: window.bytes)
        lines.append(UInt8(ascii: "\n"))
      }
    }
    for query in message.queries { add(name: query.name) }
    for record in message.answers + message.authorities + message.additionals {
      add(name: record.name)
      for text in record.dataTexts { if case .text = record.data { add(text) } else { add(name: text) } }
    }
    return lines
  }

  private mutating func collect(_ message: DNSMessage, _ raw: [Sighting], _ context: inout AnalysisContext) {
    for query in message.queries { Self.add(found(query.name, &context).map(\.sighting), to: &asked) }
    for record in message.answers + message.authorities + message.additionals {
      for text in [record.name] + record.dataTexts { Self.add(found(text, &context).map(\.sighting), to: &told) }
    }
    // What the texts showed they show whole; the bytes tell of the rest, such as records that are not read.
    let signatures = Set((asked + told).map(\.credential.signature))
    let rest = raw.filter { !signatures.contains($0.credential.signature) }
    if message.isResponse { Self.add(rest, to: &told) } else { Self.add(rest, to: &asked) }
    let known = Set(asked.map(\.credential.fingerprint))
    told.removeAll { known.contains($0.credential.fingerprint) }
  }

  private static func add(_ sightings: [Sighting], to list: inout [Sighting]) {
    for sighting in sightings
    where !list.contains(where: { $0.credential.fingerprint == sighting.credential.fingerprint }) {
      list.append(sighting)
    }
  }

  private struct Find {
    var sighting: Sighting
    /// Bytes of the text that hold it.
    var range: Range<Int>
  }

  /// The secrets of one text. One that spans labels replaces the parts of it that look like a secret of their own.
  private mutating func found(_ text: String, _ context: inout AnalysisContext) -> [Find] {
    if let known = finds[text] { return known }
    let bytes = Array(text.utf8)
    var single = context.scanWhole(bytes.rawSpan, as: .head).map { sighting in
      let range = Int(clamping: sighting.range.lowerBound)..<Int(clamping: sighting.range.upperBound)
      return Find(sighting: sighting, range: range.clamped(to: 0..<bytes.count))
    }
    var spanning: [Find] = []
    for window in JoinedLabels.windows(of: text) where joinedByteBudget > 0 {
      joinedByteBudget -= window.bytes.count
      for sighting in context.scanWhole(window.bytes.rawSpan, as: .head) {
        let range = Int(clamping: sighting.range.lowerBound)..<Int(clamping: sighting.range.upperBound)
        guard let whole = window.rangeInText(range), !spanning.contains(where: { $0.range.overlaps(whole) }) else {
          continue
        }
        spanning.append(Find(sighting: sighting, range: whole))
      }
    }
    single.removeAll { find in spanning.contains { $0.range.overlaps(find.range) } }
    finds[text] = single + spanning
    return single + spanning
  }

  private mutating func masked(_ text: String, _ context: inout AnalysisContext) -> String {
    let finds = found(text, &context)
    guard !finds.isEmpty else { return text }
    let bytes = Array(text.utf8)
    let masked = Redaction.masked(
      bytes.rawSpan, finds.map { (range: $0.range, replacement: $0.sighting.credential.redacted) })
    return String(decoding: masked, as: UTF8.self)
  }

  /// A secret may also be cut into the strings of a TXT record: then they become one, masked.
  private mutating func maskStrings(in message: inout DNSMessage, _ context: inout AnalysisContext) {
    maskStrings(in: &message.answers, &context)
    maskStrings(in: &message.authorities, &context)
    maskStrings(in: &message.additionals, &context)
  }

  private mutating func maskStrings(in records: inout [DNSRecord], _ context: inout AnalysisContext) {
    for index in records.indices {
      guard case .text(let strings) = records[index].data, strings.count > 1 else { continue }
      let joined = strings.joined()
      let text = masked(joined, &context)
      if text != joined { records[index].data = .text([text]) }
    }
  }
}
